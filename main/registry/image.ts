import type { RegistryClient } from './client.ts';
import { RegistryError } from './errors.ts';
import { manifestSchema, sizeOf, type Descriptor, type Manifest, type OciImage } from './oci.ts';
import { formatReference, parseReference, type Reference } from './reference.ts';
import { parseJson } from './answers.ts';
import { verified } from './verify.ts';

/**
 * An image in a registry; its blobs are streamed from there and verified (RegistryError `checksum`). Of an index, the
 * image for `platform`. Throws RegistryError.
 */
export async function openImage(
  client: RegistryClient,
  reference: Reference | string,
  options: { readonly platform?: string; readonly signal?: AbortSignal } = {},
): Promise<OciImage> {
  const parsed = typeof reference === 'string' ? parseReference(reference) : reference;
  const { digest, mediaType, size, bytes } = await client.resolve(parsed, options);
  const manifest = parseManifest(bytes, formatReference(parsed));
  return imageOf(formatReference(parsed), { mediaType, digest, size }, bytes, manifest, async (blob, signal) => {
    const { stream } = await client.blob(parsed.repository, blob.digest, signal ? { signal } : {});
    return verified(stream, blob, (found) => {
      return new RegistryError('checksum', `${blob.digest} of ${parsed.repository} is ${found}`, {
        url: client.registry,
      });
    });
  });
}

/** An OciImage from its parts; `read` gives a verified stream of one of its blobs. */
export function imageOf(
  name: string,
  descriptor: Descriptor,
  bytes: Uint8Array,
  manifest: Manifest,
  read: (blob: Descriptor, signal?: AbortSignal) => ReturnType<OciImage['blob']>,
): OciImage {
  return {
    name,
    descriptor,
    bytes,
    manifest,
    size: sizeOf(manifest),
    blob: (digest, signal) => {
      const blob = [manifest.config, ...manifest.layers].find((part) => part.digest === digest);
      return blob === undefined
        ? Promise.reject(new RegistryError('not-found', `${name} has no blob ${digest}`))
        : read(blob, signal);
    },
  };
}

/** Parses an image manifest. Throws RegistryError `other` when it is none. */
export function parseManifest(bytes: Uint8Array, what: string): Manifest {
  return parseJson(manifestSchema, bytes, what);
}
