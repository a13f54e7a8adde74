import { Readable } from 'node:stream';
import { blobsOf, mediaTypes, type OciImage } from '../registry/oci.ts';
import { formatReference, parseReference } from '../registry/reference.ts';

/** A tar stream for `docker load`, and its exact size in bytes. */
export interface DockerArchive {
  readonly stream: Readable;
  readonly size: number;
}

export interface DockerArchiveOptions {
  /** Name to load it under; default is the image's own without its digest. */
  readonly tag?: string;
  readonly signal?: AbortSignal;
}

type Entry =
  | { readonly name: string; readonly bytes: Uint8Array }
  | { readonly name: string; readonly digest: string; readonly size: number };

const block = 512;
/** Largest size in a tar header's eleven octal digits. */
const maxEntry = 8 ** 11 - 1;

/**
 * The image as an archive for `docker load`. It is both kinds of archive in one, as `docker save` writes since 25.0:
 * old engines read manifest.json (https://github.com/moby/docker-image-spec), engines with the containerd image store
 * read the OCI layout and so keep the manifest and its digest. Layers stay compressed. The stream fails when a blob
 * does; throws InvalidReference for a wrong tag, RangeError for a layer of more than 8 GiB.
 */
export function dockerArchive(image: OciImage, options: DockerArchiveOptions = {}): DockerArchive {
  const name = taggedName(options.tag ?? image.name);
  const entries = entriesOf(image, name);
  for (const entry of entries) {
    if (sizeOf(entry) > maxEntry) throw new RangeError(`${entry.name} is too large for a tar archive`);
  }
  const size = entries.reduce((sum, entry) => sum + block + padded(sizeOf(entry)), 2 * block);
  return { stream: Readable.from(archive(image, entries, options.signal), { objectMode: false }), size };
}

/** The name under which an engine knows the image: with a tag, without a digest. */
export function taggedName(name: string): string {
  const reference = parseReference(name);
  return formatReference({ ...reference, tag: reference.tag ?? 'latest', digest: null });
}

function entriesOf(image: OciImage, name: string): readonly Entry[] {
  const { manifest, descriptor } = image;
  const { tag } = parseReference(name);
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': tag ?? '' };
  const { mediaType, digest, size } = descriptor;
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [{ mediaType, digest, size, annotations }],
  };
  const archived = {
    Config: blobPath(manifest.config.digest),
    RepoTags: [name],
    Layers: manifest.layers.map((layer) => blobPath(layer.digest)),
  };
  return [
    { name: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', bytes: json(index) },
    { name: 'manifest.json', bytes: json([archived]) },
    { name: blobPath(digest), bytes: image.bytes },
    ...blobsOf(manifest).map((blob) => ({ name: blobPath(blob.digest), digest: blob.digest, size: blob.size })),
  ];
}

async function* archive(image: OciImage, entries: readonly Entry[], signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    signal?.throwIfAborted();
    const size = sizeOf(entry);
    yield header(entry.name, size);
    if ('bytes' in entry) yield entry.bytes;
    else yield* await image.blob(entry.digest, signal);
    yield Buffer.alloc(padded(size) - size);
  }
  yield Buffer.alloc(2 * block);
}

/** A ustar header of a regular file (https://www.gnu.org/software/tar/manual/html_node/Standard.html). */
function header(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0, 100);
  bytes.write('0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write('00000000000\0', 136);
  bytes.write('        ', 148);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

function sizeOf(entry: Entry): number {
  return 'bytes' in entry ? entry.bytes.length : entry.size;
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
