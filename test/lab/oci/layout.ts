import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Tree } from './tree.ts';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A layer that is ready to be put into any number of images. */
export interface Layer {
  readonly diffId: string;
  readonly blob: Buffer;
}

/** What an image is besides its layers: the `config` part of the OCI image configuration. */
export interface ImageConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
}

const platform = { os: 'linux', architecture: 'amd64' } as const;
/** Images are reproducible, so they have no time of making; this is the one buildpacks use. */
const created = '1980-01-01T00:00:01Z';
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  index: 'application/vnd.oci.image.index.v1+json',
} as const;

export const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

/** Packs a tree as a layer. */
export function layer(tree: Tree): Layer {
  const tar = tree.toTar();
  return { diffId: `sha256:${sha256(tar)}`, blob: gzipSync(tar, { level: 6 }) };
}

/** An OCI image layout on disk. Blobs are written at once, the index when `finish` is called. */
export class Layout {
  readonly #folder: string;
  readonly #images = new Map<string, Descriptor>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  }

  blobPath(digest: string): string {
    return join(this.#folder, 'blobs', digest.replace(':', '/'));
  }

  blob(data: Buffer, mediaType: string): Descriptor {
    const digest = `sha256:${sha256(data)}`;
    if (!existsSync(this.blobPath(digest))) writeFileSync(this.blobPath(digest), data);
    return { mediaType, digest, size: data.length };
  }

  /** Adds an image under its full name and returns the digest of its manifest. */
  image(name: string, layers: readonly Layer[], config: ImageConfig): string {
    const configuration = {
      ...platform,
      created,
      config,
      rootfs: { type: 'layers', diff_ids: layers.map((l) => l.diffId) },
      history: layers.map(() => ({ created, created_by: 'kpack-desktop lab' })),
    };
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: this.blob(json(configuration), mediaTypes.config),
      layers: layers.map((l) => this.blob(l.blob, mediaTypes.layer)),
    };
    return this.add(name, this.blob(json(manifest), mediaTypes.manifest));
  }

  /** Names a manifest whose blobs are all in the layout. */
  add(name: string, manifest: Descriptor): string {
    const annotations = { 'org.opencontainers.image.ref.name': name };
    this.#images.set(name, {
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.size,
      platform,
      annotations,
    });
    return manifest.digest;
  }

  /** Takes an image over from another layout: its blobs are linked, not copied. */
  take(other: string, image: Descriptor, blobs: readonly Descriptor[]): void {
    for (const { digest } of [image, ...blobs]) {
      if (!existsSync(this.blobPath(digest)))
        linkSync(join(other, 'blobs', digest.replace(':', '/')), this.blobPath(digest));
    }
    this.add(image.annotations?.['org.opencontainers.image.ref.name'] ?? '', image);
  }

  finish(): void {
    const manifests = [...this.#images.values()].sort((a, b) =>
      (a.annotations?.['org.opencontainers.image.ref.name'] ?? '').localeCompare(
        b.annotations?.['org.opencontainers.image.ref.name'] ?? '',
      ),
    );
    writeFileSync(join(this.#folder, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
    writeFileSync(join(this.#folder, 'index.json'), json({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
  }
}
