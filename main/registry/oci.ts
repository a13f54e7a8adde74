import type { Readable } from 'node:stream';
import { z } from 'zod';

/** Media types of manifests (https://github.com/opencontainers/image-spec/blob/main/media-types.md and Docker's older ones). */
export const mediaTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

const digest = z.string().regex(/^sha256:[a-f0-9]{64}$/);

export const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.number().int().min(0),
  platform: z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
/** Points at content: its type, sha256 digest and size in bytes. */
export type Descriptor = z.infer<typeof descriptorSchema>;

export const manifestSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const indexSchema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptorSchema),
});
export type Index = z.infer<typeof indexSchema>;

/** One image for one platform, wherever it lies: in a bundle, a registry or the download cache. */
export interface OciImage {
  /** Full name, `registry/repository:tag` and/or `@digest`. */
  readonly name: string;
  /** Points at the manifest; its digest is the image's digest. */
  readonly descriptor: Descriptor;
  /** The manifest byte for byte: its sha256 is the digest. */
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  /** Sum of config and layers in bytes, as stored (compressed); a layer used twice counts once. */
  readonly size: number;
  /**
   * Content of the config or a layer. The stream checks sha256 and size and ends with an error
   * when they differ; it must be read to its end or destroyed.
   */
  blob(digest: string, signal?: AbortSignal): Promise<Readable>;
}

/** Called with bytes done so far and, where known, all of them. */
export type OnProgress = (progress: Progress) => void;
export interface Progress {
  readonly done: number;
  /** Null where the size is not known. */
  readonly total: number | null;
}

/** True for an image index or a Docker manifest list. */
export function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerList;
}

/** The blobs an image consists of, each once: config first. */
export function blobsOf(manifest: Manifest): readonly Descriptor[] {
  return [...new Map([manifest.config, ...manifest.layers].map((blob) => [blob.digest, blob])).values()];
}

/** Sum of the distinct blobs' sizes in bytes. */
export function sizeOf(manifest: Manifest): number {
  return blobsOf(manifest).reduce((sum, blob) => sum + blob.size, 0);
}

/**
 * The index entry for a platform such as `linux/amd64` (no variant), null when there is none. Attestation entries
 * (`unknown/unknown`, https://docs.docker.com/build/metadata/attestations/attestation-storage/) never match.
 */
export function childFor(index: Index, platform: string): Descriptor | null {
  const fits = (entry: Descriptor) =>
    entry.platform !== undefined && `${entry.platform.os}/${entry.platform.architecture}` === platform;
  return index.manifests.find(fits) ?? null;
}
