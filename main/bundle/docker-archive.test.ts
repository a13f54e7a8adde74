import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { tinyImage } from '../../test/standin/tiny-image.ts';
import type { OciImage } from '../registry/oci.ts';
import { digestOf } from '../registry/verify.ts';
import { dockerArchive, taggedName } from './docker-archive.ts';

async function unpack(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reader = extract();
  Readable.from([archive]).pipe(reader);
  for await (const entry of reader) files.set(entry.header.name, await buffer(entry));
  return files;
}

test('it has config, layers and name as old engines want them', async () => {
  const { image } = await tinyImage('lab.example/kind/node:v1');
  const files = await unpack(await buffer(dockerArchive(image).stream));
  const [entry] = JSON.parse(files.get('manifest.json')?.toString() ?? '') as {
    Config: string;
    RepoTags: string[];
    Layers: string[];
  }[];
  expect(entry?.RepoTags).toEqual(['lab.example/kind/node:v1']);
  expect(digestOf(files.get(entry?.Config ?? '') ?? '')).toBe(image.manifest.config.digest);
  const layers = entry?.Layers.map((path) => digestOf(files.get(path) ?? ''));
  expect(layers).toEqual(image.manifest.layers.map(({ digest }) => digest));
});

test('it is an OCI layout with the manifest unchanged, for engines that keep it', async () => {
  const { image } = await tinyImage('lab.example/kind/node:v1');
  const files = await unpack(await buffer(dockerArchive(image).stream));
  expect(JSON.parse(files.get('oci-layout')?.toString() ?? '')).toEqual({ imageLayoutVersion: '1.0.0' });
  const index = JSON.parse(files.get('index.json')?.toString() ?? '') as {
    manifests: { digest: string; annotations: object }[];
  };
  const [descriptor] = index.manifests;
  expect(descriptor?.annotations).toMatchObject({ 'io.containerd.image.name': 'lab.example/kind/node:v1' });
  expect(digestOf(files.get(`blobs/${descriptor?.digest.replace(':', '/') ?? ''}`) ?? '')).toBe(
    image.descriptor.digest,
  );
});

test('its size is known before', async () => {
  const { image } = await tinyImage('lab.example/kind/node:v1', { layerBytes: 12_345 });
  const { stream, size } = dockerArchive(image);
  expect((await buffer(stream)).length).toBe(size);
});

test('a layer that is used twice is in it once and listed twice', async () => {
  const { image } = await tinyImage('lab.example/a:1');
  const [layer] = image.manifest.layers;
  if (layer === undefined) throw new Error('no layer');
  const doubled: OciImage = { ...image, manifest: { ...image.manifest, layers: [layer, layer] } };
  const { stream, size } = dockerArchive(doubled);
  const archive = await buffer(stream);
  expect(archive.length).toBe(size);
  const files = await unpack(archive);
  const [entry] = JSON.parse(files.get('manifest.json')?.toString() ?? '') as { Layers: string[] }[];
  expect(entry?.Layers).toHaveLength(2);
  expect([...files.keys()].filter((name) => name === entry?.Layers[0])).toHaveLength(1);
});

test('a blob that cannot be read ends the stream with that error', async () => {
  const { image } = await tinyImage('lab.example/a:1');
  const failure = new Error('corrupt');
  const { stream } = dockerArchive({ ...image, blob: () => Promise.reject(failure) });
  await expect(buffer(stream)).rejects.toBe(failure);
});

test('cancelling ends the stream with the reason', async () => {
  const { image } = await tinyImage('lab.example/a:1');
  const reason = new Error('cancelled');
  const { stream } = dockerArchive(image, { signal: AbortSignal.abort(reason) });
  await expect(buffer(stream)).rejects.toBe(reason);
});

test('the name has a tag and no digest', () => {
  const digest = digestOf('x');
  expect(taggedName(`docker.io/kindest/node:v1@${digest}`)).toBe('docker.io/kindest/node:v1');
  expect(taggedName('registry')).toBe('docker.io/library/registry:latest');
});
