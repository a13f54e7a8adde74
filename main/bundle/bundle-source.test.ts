import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packFolder, writeTinyBundle, type TinyBundle } from '../../test/standin/tiny-bundle.ts';
import { machine, quiet } from '../../test/standin/testbed.ts';
import { digestOf } from '../registry/verify.ts';
import { BundleError } from './errors.ts';
import { openSource } from './open.ts';
import type { Source } from './source.ts';

const run = 'tiny.example/stack/run:1.0.0';
const { signal } = new AbortController();

let root: string;
let folder: string;
let bundle: TinyBundle;
const sources: Source[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundle-'));
  folder = join(root, 'bundle');
  bundle = await writeTinyBundle(folder);
});

afterEach(async () => {
  for (const source of sources.splice(0)) await source.dispose();
  await rm(root, { recursive: true });
});

async function open(path: string, changes: Partial<typeof machine> | { os: 'darwin' } = {}): Promise<Source> {
  const source = await openSource({
    source: { kind: 'bundle', path },
    paths: { bin: join(root, 'bin'), cache: join(root, 'cache') },
    machine: { ...machine, ...changes },
  });
  sources.push(source);
  return source;
}

async function failure(work: Promise<unknown>): Promise<BundleError> {
  const ended: unknown = await work.catch((error: unknown) => error);
  if (!(ended instanceof BundleError)) throw new Error('It did not end with a BundleError', { cause: ended });
  return ended;
}

/** The bundle in all forms that can be opened. */
const forms: [string, () => Promise<string>][] = [
  ['a folder', () => Promise.resolve(folder)],
  [
    'a tar file written by this program',
    async () => {
      await packFolder(folder, join(root, 'bundle.tar'));
      return join(root, 'bundle.tar');
    },
  ],
  ...['gnu', 'ustar', 'posix'].map((format): [string, () => Promise<string>] => [
    `a tar file written by tar --format=${format}`,
    () => {
      execFileSync('tar', [`--format=${format}`, '-C', folder, '-cf', join(root, 'bundle.tar'), '.']);
      return Promise.resolve(join(root, 'bundle.tar'));
    },
  ]),
];

describe.each(forms)('from %s', (_name, make) => {
  test('every image is read whole and right', async () => {
    const source = await open(await make());
    const names = [...(await source.images(signal)), 'tiny.example/kind/node:v1.34.10', 'tiny.example/registry:3.1.2'];
    expect([...names].sort()).toEqual([...bundle.images.keys()].sort());
    for (const name of names) {
      const image = await source.image(name, signal);
      expect(image.descriptor.digest).toBe(bundle.images.get(name)?.digest);
      expect(digestOf(image.bytes)).toBe(image.descriptor.digest);
      for (const { digest } of [image.manifest.config, ...image.manifest.layers]) {
        expect(digestOf(await buffer(await image.blob(digest, signal)))).toBe(digest);
      }
    }
  });

  test('the kind program is installed, and kept as long as it is the same', async () => {
    const source = await open(await make());
    const path = await source.kindBinary(quiet, signal);
    expect(path).toBe(join(root, 'bin', 'kind-v0.33.0'));
    const installed = await stat(path);
    expect(installed.mode & 0o777).toBe(0o755);
    await source.kindBinary(quiet, signal);
    expect((await stat(path)).mtimeMs).toBe(installed.mtimeMs);
    await writeFile(path, 'changed');
    await source.kindBinary(quiet, signal);
    expect(await readFile(path, 'utf8')).toContain('kind v0.33.0');
  });

  test('the kpack release is text', async () => {
    expect(await (await open(await make())).kpackRelease(signal)).toContain('kind: ClusterLifecycle');
  });
});

test.each(['gnu', 'ustar', 'posix'])(
  'long names in a tar file written by tar --format=%s are found',
  async (format) => {
    const long = `files/${'a-long-folder-name/'.repeat(6)}kind`;
    const edit = (manifest: Record<string, unknown>) => ({
      ...manifest,
      kind: { version: 'v0.33.0', file: { ...(manifest['kind'] as { file: object }).file, path: long } },
    });
    await writeTinyBundle(folder, { edit });
    await mkdir(join(folder, dirname(long)), { recursive: true });
    await rename(join(folder, 'files/kind'), join(folder, long));
    execFileSync('tar', [`--format=${format}`, '-C', folder, '-cf', join(root, 'bundle.tar'), '.']);
    const source = await open(join(root, 'bundle.tar'));
    expect(await readFile(await source.kindBinary(quiet, signal), 'utf8')).toContain('kind v0.33.0');
  },
);

test('blobs of a tar file can be read at the same time', async () => {
  await packFolder(folder, join(root, 'bundle.tar'));
  const source = await open(join(root, 'bundle.tar'));
  const images = await Promise.all((await source.images(signal)).map((name) => source.image(name, signal)));
  const blobs = images.flatMap((image) =>
    image.manifest.layers.map(({ digest }) => image.blob(digest, signal).then((stream) => buffer(stream))),
  );
  const digests = (await Promise.all(blobs)).map((bytes) => digestOf(bytes));
  expect(digests).toEqual(images.flatMap((image) => image.manifest.layers.map(({ digest }) => digest)));
});

test('an image is found by name, by digest and by name with digest; others are unknown', async () => {
  const source = await open(folder);
  const { digest } = (await source.image(run, signal)).descriptor;
  expect((await source.image(digest, signal)).name).toBe(run);
  expect((await source.image(`tiny.example/stack/run@${digest}`, signal)).name).toBe(run);
  for (const name of [
    'tiny.example/stack/run:2',
    'run',
    `tiny.example/stack/run:1.0.0@${digestOf('x')}`,
    digestOf('x'),
  ]) {
    expect((await failure(source.image(name, signal))).code).toBe('unknown-image');
  }
});

test('it says what is in it, with sizes', async () => {
  const source = await open(folder);
  const info = await source.describe();
  expect(info).toMatchObject({
    kind: 'bundle',
    title: 'Tiny',
    platform: 'linux/amd64',
    node: 'tiny.example/kind/node:v1.34.10',
  });
  expect(info.versions).toEqual({ kind: 'v0.33.0', kubernetes: 'v1.34.10', kpack: '0.17.2' });
  const bytes = Object.fromEntries(info.items.map((item) => [item.id, item.bytes]));
  expect(bytes['node']).toBe((await source.image(info.node, signal)).size);
  expect(Object.keys(bytes)).toEqual(['kind', 'node', 'registry', 'kpack', 'stack', 'buildpacks']);
  // Every layer is counted once, although all images share one.
  const images = await Promise.all([...bundle.images.keys()].map((name) => source.image(name, signal)));
  const blobs = new Map(
    images.flatMap(({ manifest }) => [manifest.config, ...manifest.layers]).map((blob) => [blob.digest, blob.size]),
  );
  const { kind, ...others } = bytes;
  const sum = (sizes: Iterable<number | null | undefined>) =>
    [...sizes].reduce((total: number, size) => total + (size ?? 0), 0);
  expect(sum(Object.values(others))).toBe(sum(blobs.values()));
  expect(kind).toBe((await stat(join(folder, 'files/kind'))).size);
});

describe('what cannot be opened says why', () => {
  test('nothing at the path', async () => {
    expect(await failure(open(join(root, 'none')))).toMatchObject({ code: 'missing', subject: join(root, 'none') });
  });

  test('a folder and a file that are no bundle', async () => {
    expect((await failure(open(root))).code).toBe('not-a-bundle');
    await writeFile(join(root, 'text'), 'x'.repeat(2000));
    expect((await failure(open(join(root, 'text')))).code).toBe('not-a-bundle');
    execFileSync('tar', ['-C', root, '-cf', join(root, 'other.tar'), 'text']);
    expect((await failure(open(join(root, 'other.tar')))).code).toBe('not-a-bundle');
  });

  test('a compressed tar', async () => {
    await packFolder(folder, join(root, 'bundle.tar'));
    await writeFile(join(root, 'bundle.tar.gz'), gzipSync(await readFile(join(root, 'bundle.tar'))));
    expect((await failure(open(join(root, 'bundle.tar.gz')))).code).toBe('compressed');
  });

  test('a tar that was cut off, anywhere', async () => {
    const path = join(root, 'bundle.tar');
    await packFolder(folder, path);
    const { size } = await stat(path);
    for (const length of [size - 1024, size - 2000, Math.floor(size / 2), 10_000]) {
      await truncate(path, length);
      expect((await failure(open(path))).code).toBe('incomplete');
    }
  });

  test('another platform', async () => {
    expect((await failure(open(folder, { os: 'darwin' }))).code).toBe('other-platform');
  });

  test('a blob or file that is missing is named', async () => {
    const layer = (await (await open(folder)).image(run, signal)).manifest.layers[1];
    const digest = layer?.digest ?? '';
    await rm(join(folder, 'blobs', digest.replace(':', '/')));
    expect(await failure(open(folder))).toMatchObject({ code: 'incomplete', subject: digest });
    await rm(join(folder, 'files/kind'));
    expect(await failure(open(folder))).toMatchObject({ code: 'incomplete', subject: 'files/kind' });
  });

  test('an image that bundle.json names and the index does not', async () => {
    const edit = (manifest: Record<string, unknown>) => ({ ...manifest, extras: ['tiny.example/none:1'] });
    await writeTinyBundle(folder, { edit });
    expect(await failure(open(folder))).toMatchObject({ code: 'incomplete', subject: 'tiny.example/none:1' });
  });
});

describe('what is corrupt is named when it is read', () => {
  test('a layer', async () => {
    const source = await open(folder);
    const image = await source.image(run, signal);
    const digest = image.manifest.layers[1]?.digest ?? '';
    const path = join(folder, 'blobs', digest.replace(':', '/'));
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const read = image.blob(digest, signal).then((stream) => buffer(stream));
    expect(await failure(read)).toMatchObject({ code: 'corrupt', subject: `blobs/${digest.replace(':', '/')}` });
  });

  test('the kind program: nothing is installed', async () => {
    const source = await open(folder);
    const bytes = await readFile(join(folder, 'files/kind'));
    await writeFile(
      join(folder, 'files/kind'),
      bytes.map((byte) => byte ^ 1),
    );
    expect(await failure(source.kindBinary(quiet, signal))).toMatchObject({ code: 'corrupt', subject: 'files/kind' });
    await expect(stat(join(root, 'bin', 'kind-v0.33.0'))).rejects.toThrow('ENOENT');
  });

  test('a manifest: at once', async () => {
    const digest = bundle.images.get(run)?.digest ?? '';
    const path = join(folder, 'blobs', digest.replace(':', '/'));
    await writeFile(path, (await readFile(path, 'utf8')).replace('"schemaVersion":2', '"schemaVersion":3'));
    expect((await failure(open(folder))).code).toBe('corrupt');
  });
});
