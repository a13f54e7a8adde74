import { pipeline, Transform, type Readable } from 'node:stream';
import type { RegistryClient } from './client.ts';
import { RegistryError } from './errors.ts';
import { blobsOf, type Descriptor, type OciImage, type OnProgress } from './oci.ts';
import { forEachParallel } from './parallel.ts';

export interface CopyTarget {
  readonly client: RegistryClient;
  readonly repository: string;
  /** Tag to put on the image; null stores it under its digest only. */
  readonly tag: string | null;
  /**
   * Which repository of the target holds which blob (digest to repository). Share one map between copies: a layer that
   * an earlier image brought is then mounted instead of uploaded again.
   */
  readonly known?: Map<string, string>;
}

export interface CopyOptions {
  /** Bytes of this image's blobs that are in the target, of all of them. */
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

const parallel = 4;

/**
 * Copies an image without changing a byte; gives back its digest. Blobs that are there already are not sent again. All
 * blobs are there before the manifest is, so a broken-off copy is never seen as an image. Throws RegistryError of the
 * target, and what reading the source throws (RegistryError, BundleError).
 */
export async function copyImage(from: OciImage, to: CopyTarget, options: CopyOptions = {}): Promise<string> {
  const { signal, onProgress } = options;
  let done = 0;
  const advance = (bytes: number) => {
    done += bytes;
    onProgress?.({ done, total: from.size });
  };
  advance(0);
  await forEachParallel(blobsOf(from.manifest), parallel, signal, async (blob, stop) => {
    await copyBlob(from, blob, to, advance, stop);
    to.known?.set(blob.digest, to.repository);
  });
  const { client, repository, tag } = to;
  const { digest, mediaType } = from.descriptor;
  const stored = await client.putManifest(repository, tag ?? digest, from.bytes, mediaType, signal);
  if (stored !== digest) throw new RegistryError('checksum', `${from.name} is ${stored}, not ${digest}`);
  return stored;
}

/** The target has exactly this image under this tag (without one: under its digest): there is nothing to copy. */
export async function hasImage(from: OciImage, to: CopyTarget, signal?: AbortSignal): Promise<boolean> {
  const { digest } = from.descriptor;
  return (await to.client.manifestDigest(to.repository, to.tag ?? digest, signal)) === digest;
}

async function copyBlob(
  from: OciImage,
  blob: Descriptor,
  to: CopyTarget,
  advance: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { client, repository, known } = to;
  const elsewhere = known?.get(blob.digest);
  const there =
    (await client.hasBlob(repository, blob.digest, signal)) ||
    (elsewhere !== undefined &&
      elsewhere !== repository &&
      (await client.mountBlob(repository, blob.digest, elsewhere, signal)));
  if (there) {
    advance(blob.size);
    return;
  }
  const content = await from.blob(blob.digest, signal);
  await client.uploadBlob(repository, blob.digest, blob.size, counted(content, advance), signal);
}

/** Passes a stream through and reports what passes. */
function counted(source: Readable, advance: (bytes: number) => void): Readable {
  const meter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      advance(chunk.length);
      done(null, chunk);
    },
  });
  pipeline(source, meter, () => {
    // The upload sees the error: pipeline has destroyed `meter` with it.
  });
  return meter;
}
