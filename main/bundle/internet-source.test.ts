import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf, machine, quiet, Testbed } from '../../test/standin/testbed.ts';
import { digestOf } from '../registry/verify.ts';
import type { Source } from './source.ts';

const node = 'docker.io/kindest/node:v1.34.10';
const run = 'docker.io/paketobuildpacks/run:1.0.0';
const controller = 'ghcr.io/buildpacks-community/kpack/controller';
const { signal } = new AbortController();

let bed: Testbed;
let source: Source;

beforeEach(async () => {
  bed = await Testbed.start();
  source = bed.open();
});

afterEach(() => bed.dispose());

describe('the kind program', () => {
  test('is fetched through a redirect, checked against the checksum published beside it, and executable', async () => {
    const path = await source.kindBinary(quiet, signal);
    expect(path).toBe(join(bed.root, 'bin', 'kind-v0.33.0'));
    expect(await readFile(path, 'utf8')).toContain('kind v0.33.0');
    expect((await stat(path)).mode & 0o777).toBe(0o755);
  });

  test('is not fetched again, not even by a new process without network', async () => {
    await source.kindBinary(quiet, signal);
    const before = bed.standin.requests.length;
    await bed.open().kindBinary(quiet, signal);
    expect(bed.standin.requests.length).toBe(before);
  });

  test('is fetched again when the file was changed', async () => {
    const path = await source.kindBinary(quiet, signal);
    await writeFile(path, 'something else');
    await source.kindBinary(quiet, signal);
    expect(await readFile(path, 'utf8')).toContain('kind v0.33.0');
  });

  test('is refused when its checksum is another one, and nothing is left to start', async () => {
    bed.standin.break({ paths: /^objects\.example\/.*kind-linux-amd64$/, wrong: true, times: 9 });
    const error = await failureOf(source.kindBinary(quiet, signal));
    expect(error.kind).toBe('checksum');
    await expect(readdir(join(bed.root, 'bin'))).rejects.toThrow('ENOENT');
  });

  test('is refused when the checksum file names another program', async () => {
    const pins = { ...bed.standin.pins, kind: { ...bed.standin.pins.kind, checksumUrl: bed.standin.pins.kpack.url } };
    expect((await failureOf(bed.open({ pins }).kindBinary(quiet, signal))).kind).toBe('checksum');
  });
});

describe('images', () => {
  test('of an index are those of the wanted platform, with blobs as in the bundle', async () => {
    const image = await source.image(node, signal);
    expect(image.descriptor.digest).toBe(bed.bundle.images.get('tiny.example/kind/node:v1.34.10')?.digest);
    for (const blob of [image.manifest.config, ...image.manifest.layers]) {
      const bytes = await buffer(await image.blob(blob.digest, signal));
      expect(digestOf(bytes)).toBe(blob.digest);
    }
  });

  test('for the local registry are those of kpack, the stacks and the store, not those of the engine', async () => {
    const names = await source.images(signal);
    expect(names.filter((name) => name.startsWith(`${controller}@sha256:`))).toHaveLength(1);
    expect(names).toContain(run);
    expect(names).not.toContain(node);
    expect(names).toHaveLength(6);
  });

  test('are found by digest: that of the index and that of the platform', async () => {
    const byName = await source.image(run, signal);
    const index = bed.standin.pins.nodes[0]?.digest ?? '';
    expect((await source.image(byName.descriptor.digest, signal)).name).toBe(run);
    expect((await source.image(index, signal)).name).toBe(node);
  });

  test('that are not pinned are unknown, and no server is asked', async () => {
    await source.kpackRelease(signal);
    const before = bed.standin.requests.length;
    await expect(source.image('docker.io/library/nginx:1', signal)).rejects.toMatchObject({ code: 'unknown-image' });
    expect(bed.standin.requests.length).toBe(before);
  });

  test('with a tag only are recorded by digest; a later run gets the same without asking', async () => {
    const first = await source.image(run, signal);
    const record = JSON.parse(await readFile(join(bed.root, 'cache', 'resolved.json'), 'utf8')) as {
      images: Record<string, { digest: string }>;
    };
    expect(record.images[`${run} linux/amd64`]?.digest).toBe(first.descriptor.digest);
    const before = bed.standin.requests.length;
    const again = await bed.open().image(run, signal);
    expect(again.descriptor.digest).toBe(first.descriptor.digest);
    expect(bed.standin.requests.length).toBe(before);
  });

  test('the account of the registry is not sent to the host it redirects to', async () => {
    await source.fetch(await source.image(run, signal), quiet, signal);
    expect(bed.blobRequests().length).toBeGreaterThan(0);
    expect(bed.blobRequests().map(({ authorization }) => authorization)).toEqual(bed.blobRequests().map(() => null));
  });

  test('are fetched once: what is here is not asked for again', async () => {
    const image = await source.image(run, signal);
    await source.fetch(image, quiet, signal);
    const before = bed.standin.requests.length;
    await bed.open().fetch(image, quiet, signal);
    await buffer(await image.blob(image.manifest.config.digest, signal));
    expect(bed.standin.requests.length).toBe(before);
  });

  test('report bytes up to exactly their size', async () => {
    const image = await source.image(run, signal);
    const seen: number[] = [];
    await source.fetch(
      image,
      ({ done, total }) => {
        expect(total).toBe(image.size);
        seen.push(done);
      },
      signal,
    );
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(image.size);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('that were damaged on the disk are not given out, and are fetched again after that', async () => {
    const image = await source.image(run, signal);
    await source.fetch(image, quiet, signal);
    const { digest } = image.manifest.config;
    await writeFile(join(bed.root, 'cache', 'blobs', digest.replace(':', '/')), 'x'.repeat(image.manifest.config.size));
    expect((await failureOf(image.blob(digest, signal).then((stream) => buffer(stream)))).kind).toBe('checksum');
    expect(digestOf(await buffer(await image.blob(digest, signal)))).toBe(digest);
  });
});

describe('what it tells', () => {
  test('without any request: versions, but no sizes', async () => {
    const info = await source.describe();
    expect(bed.standin.requests).toEqual([]);
    expect(info.versions).toEqual({ kind: 'v0.33.0', kubernetes: 'v1.34.10', kpack: '0.17.2' });
    expect(info.items.map(({ bytes, present }) => [bytes, present])).toEqual(info.items.map(() => [null, false]));
  });

  test('sizes after prepare, and what is present after fetching', async () => {
    await source.prepare(signal);
    const image = await source.image(node, signal);
    const size = (await source.describe()).items.find(({ id }) => id === 'node');
    expect(size).toMatchObject({ bytes: image.size, present: false, from: 'docker.io' });
    await source.fetch(image, quiet, signal);
    expect((await source.describe()).items.find(({ id }) => id === 'node')?.present).toBe(true);
  });

  test('the kpack release is checked against its pin', async () => {
    expect(await source.kpackRelease(signal)).toContain('kind: ClusterLifecycle');
    const pins = { ...bed.standin.pins, kpack: { ...bed.standin.pins.kpack, sha256: '0'.repeat(64) } };
    expect((await failureOf(bed.open({ pins }).kpackRelease(signal))).kind).toBe('checksum');
  });

  test('on a host with cgroup 1 the node image is one that runs there', async () => {
    const { nodes } = bed.standin.pins;
    const newer = nodes.map((pin) => ({ ...pin, kubernetes: 'v1.37.0', cgroups: [2 as const] }));
    const pins = { ...bed.standin.pins, nodes: [...newer, ...nodes] };
    expect((await bed.open({ pins }).describe()).versions.kubernetes).toBe('v1.37.0');
    const old = bed.open({ pins, machine: { ...machine, cgroup: 1 } });
    expect((await old.describe()).versions.kubernetes).toBe('v1.34.10');
  });
});

test('the config of an image can be read as text', async () => {
  const image = await source.image(run, signal);
  expect(await text(await image.blob(image.manifest.config.digest, signal))).toContain('io.buildpacks.stacks.tiny');
});
