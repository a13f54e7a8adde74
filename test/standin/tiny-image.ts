import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { imageOf } from '../../main/registry/image.ts';
import { manifestSchema, mediaTypes, type OciImage } from '../../main/registry/oci.ts';
import { digestOf } from '../../main/registry/verify.ts';

export interface TinyImage {
  readonly image: OciImage;
  /** Everything it consists of, by digest: manifest, config, layers. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/**
 * An image in memory for linux/amd64, the same each time: a layer that all tiny images share and one of its own with
 * `layerBytes` of noise. The layers are real tar.gz, so engines load it; nothing in it runs.
 */
export async function tinyImage(
  name: string,
  options: { readonly labels?: Readonly<Record<string, string>>; readonly layerBytes?: number } = {},
): Promise<TinyImage> {
  const base = await layer('etc/base', 'the layer that all share');
  const own = await layer('etc/name', name, options.layerBytes ?? 2000);
  const config = json({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: { Labels: options.labels ?? {}, Env: ['CNB_USER_ID=1000'] },
    rootfs: { type: 'layers', diff_ids: [base.diffId, own.diffId] },
  });
  const manifest = manifestSchema.parse({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: describe(config, 'application/vnd.oci.image.config.v1+json'),
    layers: [describe(base.bytes, layerType), describe(own.bytes, layerType)],
  });
  const bytes = json(manifest);
  const blobs = new Map([bytes, config, base.bytes, own.bytes].map((blob) => [digestOf(blob), blob]));
  const image = imageOf(name, describe(bytes, mediaTypes.ociManifest), bytes, manifest, (blob) => {
    return Promise.resolve(Readable.from([blobs.get(blob.digest) ?? Buffer.alloc(0)]));
  });
  return { image, blobs };
}

async function layer(path: string, text: string, bytes = 0): Promise<{ bytes: Buffer; diffId: string }> {
  const archive = pack();
  // Noise, so that the compressed layer is as large as it says.
  const noise = createHash('shake256', { outputLength: Math.max(bytes, 1) })
    .update(text)
    .digest();
  archive.entry({ name: path, mtime: new Date(0) }, Buffer.concat([Buffer.from(text), noise]));
  archive.finalize();
  const tar = await buffer(archive);
  return { bytes: gzipSync(tar), diffId: digestOf(tar) };
}

function describe(bytes: Buffer, mediaType: string) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
