import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { machine, Testbed } from '../../test/standin/testbed.ts';
import { writeTinyBundle, type TinyBundle } from '../../test/standin/tiny-bundle.ts';
import { digestOf } from '../registry/verify.ts';
import { openSource } from './open.ts';
import { findReferences, localReference, localTarget, rewriteImages } from './rewrite.ts';
import type { Source } from './source.ts';

const local = '172.30.20.10:5000';
const { signal } = new AbortController();

let folder: string;
let bundle: TinyBundle;
let source: Source;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rewrite-'));
  bundle = await writeTinyBundle(folder);
  source = await openSource({
    source: { kind: 'bundle', path: folder },
    paths: { bin: folder, cache: folder },
    machine,
  });
});

afterEach(async () => {
  await source.dispose();
  await rm(folder, { recursive: true });
});

const digest = (name: string) => bundle.images.get(name)?.digest ?? '';

test('each reference of a release points at the local registry, and nothing else changes', async () => {
  const release = await source.kpackRelease(signal);
  const { yaml, images, missing } = await rewriteImages(release, source, local, signal);
  expect(missing).toEqual([]);
  expect(images.map(({ to }) => to)).toEqual([
    `${local}/kpack/controller@${digest('tiny.example/kpack/controller:0.17.2')}`,
    `${local}/kpack/webhook@${digest('tiny.example/kpack/webhook:0.17.2')}`,
    `${local}/kpack/lifecycle@${digest('tiny.example/kpack/lifecycle:0.20.12')}`,
  ]);
  expect(yaml).not.toContain('tiny.example');
  expect(images.reduce((text, { from, to }) => text.replaceAll(to, from), yaml)).toBe(release);
});

test('a tag becomes the digest it has in the source, however it is quoted', async () => {
  const to = `${local}/stack/run@${digest('tiny.example/stack/run:1.0.0')}`;
  const yaml = `a: tiny.example/stack/run:1.0.0 # comment\nb: 'tiny.example/stack/run:1.0.0'\nc:\n- "tiny.example/stack/r\\u0075n:1.0.0"\n`;
  const rewritten = await rewriteImages(yaml, source, local, signal);
  expect(rewritten.yaml).toBe(`a: ${to} # comment\nb: '${to}'\nc:\n- "${to}"\n`);
});

test('references that the source does not have stay and are reported once', async () => {
  const yaml = 'a: ghcr.io/other/image:1\nb: ghcr.io/other/image:1\n';
  expect(await rewriteImages(yaml, source, local, signal)).toEqual({
    yaml,
    images: [],
    missing: ['ghcr.io/other/image:1'],
  });
});

test('what only looks like a reference is none', () => {
  const yaml = `apiVersion: kpack.io/v1alpha2
kind: x
url: https://github.com/pivotal/kpack:1
time: "10:30"
key: app.kubernetes.io/name
short: library/nginx:1
words: "see ghcr.io/a/b:1 for more"
ghcr.io/a/key:1: value
`;
  expect(findReferences(yaml)).toEqual([]);
});

test('all documents of a file are searched', () => {
  expect(findReferences('a: ghcr.io/a/b:1\n---\nb: ghcr.io/a/c:1\n').map(({ text }) => text)).toEqual([
    'ghcr.io/a/b:1',
    'ghcr.io/a/c:1',
  ]);
});

test('text that is no YAML is refused', () => {
  expect(() => findReferences('a: [1')).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('an image goes to its path without the host; without a tag it gets one made of its digest', () => {
  const pinned = digestOf('x');
  expect(localTarget('docker.io/paketobuildpacks/java:22.2.0')).toEqual({
    repository: 'paketobuildpacks/java',
    tag: '22.2.0',
  });
  expect(localTarget(`ghcr.io/a/b@${pinned}`)).toEqual({ repository: 'a/b', tag: `digest-${pinned.slice(7, 19)}` });
  expect(localTarget('registry')).toEqual({ repository: 'library/registry', tag: 'latest' });
  expect(localReference(local, 'ghcr.io/a/b:1', pinned)).toBe(`${local}/a/b@${pinned}`);
});

test('from the internet, an index becomes the digest of the image for the platform', async () => {
  const bed = await Testbed.start();
  const internet = bed.open();
  const { yaml, images, missing } = await rewriteImages(await internet.kpackRelease(signal), internet, local, signal);
  const expected = bed.bundle.images.get('tiny.example/kpack/lifecycle:0.20.12')?.digest ?? '';
  const lifecycle = images.find(({ from }) => from.includes('/lifecycle@'));
  expect(lifecycle?.from).not.toContain(expected);
  expect(lifecycle?.to).toBe(`${local}/buildpacks-community/kpack/lifecycle@${expected}`);
  expect(missing).toEqual([]);
  expect(yaml).not.toContain('ghcr.io');
  await bed.dispose();
});
