import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryRegistry } from '../../test/standin/registry.ts';
import { tinyImage } from '../../test/standin/tiny-image.ts';
import { RegistryClient } from './client.ts';
import { copyImage, hasImage } from './copy.ts';
import { openImage } from './image.ts';
import { readConfig, stackId } from './labels.ts';
import type { OciImage, Progress } from './oci.ts';

let server: MemoryRegistry;
let client: RegistryClient;
let image: OciImage;
let other: OciImage;

beforeEach(async () => {
  server = await MemoryRegistry.start();
  client = new RegistryClient({ registry: server.host });
  const labels = { 'io.buildpacks.stack.id': 'io.buildpacks.stacks.tiny' };
  image = (await tinyImage('tiny.example/stack/run:1.0.0', { labels, layerBytes: 100_000 })).image;
  other = (await tinyImage('tiny.example/stack/build:1.0.0', { layerBytes: 100_000 })).image;
});

afterEach(async () => {
  await client.dispose();
  await server.close();
});

const uploads = () => server.requests.filter((line) => line.startsWith('PUT /v2/') && line.includes('/blobs/')).length;

test('a copy has the same digest, the same blobs and its tag', async () => {
  const digest = await copyImage(image, { client, repository: 'stack/run', tag: '1.0.0' });
  expect(digest).toBe(image.descriptor.digest);
  const copy = await openImage(client, `${server.host}/stack/run:1.0.0`);
  expect(copy.descriptor.digest).toBe(digest);
  for (const { digest: blob } of [copy.manifest.config, ...copy.manifest.layers]) {
    expect(await buffer(await copy.blob(blob))).toEqual(await buffer(await image.blob(blob)));
  }
  expect(stackId(await readConfig(copy))).toBe('io.buildpacks.stacks.tiny');
});

test('without a tag it is stored under its digest', async () => {
  await copyImage(image, { client, repository: 'stack/run', tag: null });
  expect(await client.tags('stack/run')).toEqual([]);
  expect(await client.manifestDigest('stack/run', image.descriptor.digest)).toBe(image.descriptor.digest);
});

test('blobs that are there are not sent again, and still count as done', async () => {
  await copyImage(image, { client, repository: 'stack/run', tag: '1' });
  expect(uploads()).toBe(3);
  const seen: Progress[] = [];
  await copyImage(
    image,
    { client, repository: 'stack/run', tag: '2' },
    { onProgress: (progress) => seen.push(progress) },
  );
  expect(uploads()).toBe(3);
  expect(seen.at(-1)).toEqual({ done: image.size, total: image.size });
});

test('a layer that an earlier image brought is mounted', async () => {
  const known = new Map<string, string>();
  await copyImage(image, { client, repository: 'stack/run', tag: '1', known });
  await copyImage(other, { client, repository: 'stack/build', tag: '1', known });
  expect(uploads()).toBe(5);
  await expect(openImage(client, `${server.host}/stack/build:1`)).resolves.toBeDefined();
});

test('progress grows to exactly the size of the image', async () => {
  const seen: number[] = [];
  await copyImage(image, { client, repository: 'a', tag: '1' }, { onProgress: ({ done }) => seen.push(done) });
  expect(seen[0]).toBe(0);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(image.size);
});

test('hasImage says whether exactly this image has the tag', async () => {
  const target = { client, repository: 'a', tag: '1' };
  expect(await hasImage(image, target)).toBe(false);
  await copyImage(other, target);
  expect(await hasImage(image, target)).toBe(false);
  await copyImage(image, target);
  expect(await hasImage(image, target)).toBe(true);
});

test('a source that fails leaves no image behind', async () => {
  const failure = new Error('cannot read');
  const bad: OciImage = { ...image, blob: () => Promise.resolve(Readable.from(failing(failure))) };
  await expect(copyImage(bad, { client, repository: 'a', tag: '1' })).rejects.toBe(failure);
  expect(await client.manifestDigest('a', '1')).toBeNull();
});

test('cancelling throws the reason and leaves no image behind', async () => {
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const options = {
    signal: cancel.signal,
    onProgress: ({ done }: Progress) => (done > 0 ? cancel.abort(reason) : undefined),
  };
  await expect(copyImage(image, { client, repository: 'a', tag: '1' }, options)).rejects.toBe(reason);
  expect(await client.manifestDigest('a', '1')).toBeNull();
});

test('content of a registry that is not what its digest says ends with a checksum error', async () => {
  await copyImage(image, { client, repository: 'a', tag: '1' });
  const { digest, size } = image.manifest.config;
  server.blobs.get('a')?.set(digest, Buffer.alloc(size, 'x'));
  const copy = await openImage(client, `${server.host}/a:1`);
  await expect(buffer(await copy.blob(digest))).rejects.toMatchObject({ kind: 'checksum' });
});

async function* failing(error: Error): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('x'));
  throw error;
}
