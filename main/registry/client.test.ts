import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { MemoryRegistry, type MemoryRegistryOptions } from '../../test/standin/registry.ts';
import { parseChallenge } from './auth.ts';
import { RegistryClient, type Credentials } from './client.ts';
import { mediaTypes } from './oci.ts';
import { digestOf } from './verify.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(options: MemoryRegistryOptions = {}, credentials: Credentials | null = null) {
  const server = await MemoryRegistry.start(options);
  const client = new RegistryClient({ registry: server.host, credentials });
  closers.push(
    () => client.dispose(),
    () => server.close(),
  );
  return { server, client };
}

const content = Buffer.from('some content of a layer');
const digest = digestOf(content);
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: 'x', digest, size: content.length },
    layers: [],
  }),
);
const account = { username: 'lab', password: 'secret' };

async function upload(client: RegistryClient, repository = 'apps/web'): Promise<void> {
  await client.uploadBlob(repository, digest, content.length, Readable.from([content]));
}

test('a blob that was uploaded is there and reads the same, also from the middle', async () => {
  const { client } = await start();
  expect(await client.hasBlob('apps/web', digest)).toBe(false);
  await upload(client);
  expect(await client.hasBlob('apps/web', digest)).toBe(true);
  const all = await client.blob('apps/web', digest);
  expect(await buffer(all.stream)).toEqual(content);
  const rest = await client.blob('apps/web', digest, { offset: 5 });
  expect([rest.offset, rest.size]).toEqual([5, content.length]);
  expect(await buffer(rest.stream)).toEqual(content.subarray(5));
});

test('a blob with another digest is refused by the registry', async () => {
  const { client } = await start();
  const wrong = digestOf('other');
  const sent = client.uploadBlob('apps/web', wrong, content.length, Readable.from([content]));
  await expect(sent).rejects.toMatchObject({ kind: 'other', status: 400 });
});

test('an upload whose content fails throws the error of the content', async () => {
  const { client } = await start();
  const failure = new Error('the disk broke');
  const broken = new Readable({
    read() {
      this.destroy(failure);
    },
  });
  await expect(client.uploadBlob('apps/web', digest, content.length, broken)).rejects.toBe(failure);
});

test('a blob of another repository is mounted; false where the registry does not want to', async () => {
  const { client, server } = await start();
  await upload(client);
  expect(await client.mountBlob('apps/other', digest, 'apps/web')).toBe(true);
  expect(await client.hasBlob('apps/other', digest)).toBe(true);
  const second = await start({ mounts: false });
  await upload(second.client);
  expect(await second.client.mountBlob('apps/other', digest, 'apps/web')).toBe(false);
  expect(server.requests.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  expect(second.server.requests.at(-1)).toContain('DELETE /v2/apps/other/blobs/uploads/session');
});

test('a manifest keeps its bytes, is found by tag and digest, and can be deleted', async () => {
  const { client } = await start();
  const stored = await client.putManifest('apps/web', 'v1', manifest, mediaTypes.ociManifest);
  expect(stored).toBe(digestOf(manifest));
  const found = await client.manifest('apps/web', 'v1');
  expect(Buffer.from(found.bytes)).toEqual(manifest);
  expect(found).toMatchObject({ digest: stored, mediaType: mediaTypes.ociManifest, size: manifest.length });
  expect(await client.manifestDigest('apps/web', 'v1')).toBe(stored);
  await client.deleteManifest('apps/web', stored);
  expect(await client.manifestDigest('apps/web', 'v1')).toBeNull();
  await expect(client.manifest('apps/web', 'v1')).rejects.toMatchObject({ kind: 'not-found' });
});

test('a manifest that is not what its digest says is refused', async () => {
  const { client, server } = await start();
  const stored = await client.putManifest('apps/web', 'v1', manifest, mediaTypes.ociManifest);
  server.manifests.get('apps/web')?.set(stored, { bytes: Buffer.from('{}'), mediaType: mediaTypes.ociManifest });
  await expect(client.manifest('apps/web', stored)).rejects.toMatchObject({ kind: 'checksum' });
});

test('an index resolves to the image of the platform, and to not-found for another one', async () => {
  const { client, server } = await start();
  const image = await client.putManifest('apps/web', 'amd', manifest, mediaTypes.ociManifest);
  const entry = { mediaType: mediaTypes.ociManifest, digest: image, size: manifest.length };
  const manifests = [
    { ...entry, digest: digestOf('a'), platform: { os: 'unknown', architecture: 'unknown' } },
    { ...entry, platform: { os: 'linux', architecture: 'amd64' } },
  ];
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
  const top = await client.putManifest('apps/web', 'latest', index, mediaTypes.ociIndex);
  expect(await client.resolve(`${server.host}/apps/web`)).toMatchObject({ digest: image, indexDigest: top });
  expect(await client.resolve(`${server.host}/apps/web:amd`)).toMatchObject({ digest: image, indexDigest: null });
  const other = client.resolve(`${server.host}/apps/web`, { platform: 'linux/arm64' });
  await expect(other).rejects.toMatchObject({ kind: 'not-found' });
});

test('all pages of tags are read; a repository that is not there has none', async () => {
  const { client } = await start({ pageSize: 2 });
  for (const tag of ['a', 'b', 'c', 'd', 'e'])
    await client.putManifest('apps/web', tag, manifest, mediaTypes.ociManifest);
  expect(await client.tags('apps/web')).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(await client.tags('apps/none')).toEqual([]);
});

describe.each(['basic', 'bearer'] as const)('with an account (%s)', (scheme) => {
  test('it is presented when asked for, also for uploads', async () => {
    const { client } = await start({ account: { ...account, scheme } }, account);
    await client.ping();
    await upload(client);
    expect(await client.hasBlob('apps/web', digest)).toBe(true);
    await client.putManifest('apps/web', 'v1', manifest, mediaTypes.ociManifest);
    await client.deleteManifest('apps/web', digestOf(manifest));
  });

  test.each([
    ['a wrong one', { ...account, password: 'wrong' }],
    ['none', null],
  ])('%s is unauthorized, without asking for ever', async (_name, given) => {
    const { client, server } = await start({ account: { ...account, scheme } }, given);
    await expect(client.ping()).rejects.toMatchObject({ kind: 'unauthorized', status: 401 });
    expect(server.requests.length).toBeLessThanOrEqual(3);
  });
});

test('a token is used again for the same repository', async () => {
  const { client, server } = await start({ account: { ...account, scheme: 'bearer' } }, account);
  await client.hasBlob('apps/web', digest);
  await client.hasBlob('apps/web', digest);
  expect(server.requests.filter((line) => line === 'GET /token')).toHaveLength(1);
});

test('challenges are read', () => {
  expect(
    parseChallenge('Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="a:b:pull,push"'),
  ).toEqual({
    scheme: 'bearer',
    realm: 'https://auth.docker.io/token',
    service: 'registry.docker.io',
    scope: 'a:b:pull,push',
  });
  expect(parseChallenge('Basic realm="Registry"')).toMatchObject({ scheme: 'basic' });
  expect(parseChallenge('Bearer realm="no url"')).toBeNull();
  expect(parseChallenge('Negotiate')).toBeNull();
});
