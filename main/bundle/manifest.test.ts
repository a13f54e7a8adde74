import { describe, expect, test } from 'vitest';
import { BundleError } from './errors.ts';
import { parseBundleManifest, requirePlatform } from './manifest.ts';

const file = { path: 'files/kind', sha256: 'a'.repeat(64), size: 3 };
const good = {
  format: 'kpack-desktop-bundle',
  formatVersion: 1,
  title: 'Lab',
  platform: 'linux/amd64',
  createdAt: '2026-11-01T10:00:00.000Z',
  kind: { version: 'v0.33.0', file },
  node: { kubernetes: 'v1.34.10', image: 'lab.example/kind/node:v1.34.10' },
  registry: { image: 'lab.example/registry:3.1.2' },
  kpack: { version: '0.17.2', release: { ...file, path: 'files/kpack-release-0.17.2.yaml' } },
  stacks: [
    { name: 'base', id: 'io.buildpacks.stacks.lab', build: 'lab.example/lab/build:1', run: 'lab.example/lab/run:1' },
  ],
  store: { name: 'default', buildpackages: ['lab.example/lab/web:1.0.0'] },
  builders: [{ name: 'base', stack: 'base', order: [[{ id: 'lab/web' }]] }],
};

function failure(value: unknown): BundleError {
  try {
    parseBundleManifest(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    if (error instanceof BundleError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a right bundle.json is read; extras may be missing, unknown fields are ignored', () => {
  const bundle = parseBundleManifest(JSON.stringify({ ...good, later: true }));
  expect(bundle.extras).toEqual([]);
  expect(bundle.node.kubernetes).toBe('v1.34.10');
});

test.each(['', 'no json', '[]', '{"formatVersion":1}', 'null'])('"%s" is not a bundle', (text) => {
  expect(failure(text).code).toBe('not-a-bundle');
});

test('a file of another format is told apart', () => {
  expect(failure({ ...good, format: 'cnab' })).toMatchObject({ code: 'wrong-format', subject: 'cnab' });
});

test('a newer format is told apart, whatever else is in it', () => {
  expect(failure({ format: good.format, formatVersion: 2, kinds: [] })).toMatchObject({ code: 'newer', subject: '2' });
});

test('another platform is told apart', () => {
  const bundle = parseBundleManifest(JSON.stringify(good));
  expect(() => requirePlatform(bundle, 'linux/amd64')).not.toThrow();
  expect(() => requirePlatform(bundle, 'darwin/arm64')).toThrow(
    expect.objectContaining({ code: 'other-platform', subject: 'linux/amd64' }),
  );
});

describe('what is wrong is named', () => {
  test.each<[string, object]>([
    ['platform', { platform: 'plan9/mips' }],
    ['node.image', { node: { ...good.node, image: 'Not An Image' } }],
    ['kind.file.sha256', { kind: { ...good.kind, file: { ...file, sha256: 'abc' } } }],
    ['stacks', { stacks: [] }],
    ['builders.0.stack', { builders: [{ ...good.builders[0], stack: 'other' }] }],
    ['store.buildpackages.0', { store: { name: 'default', buildpackages: [''] } }],
    ['createdAt', { createdAt: 'yesterday' }],
  ])('%s', (where, change) => {
    expect(failure({ ...good, ...change })).toMatchObject({ code: 'invalid', subject: where });
  });

  test.each([
    '/etc/passwd',
    'files/../../x',
    '../files/x',
    'files/a/./b',
    'files/',
    'files//x',
    'blobs/sha256/x',
    'C:\\x',
  ])('a file outside of the bundle: %s', (path) => {
    expect(failure({ ...good, kind: { ...good.kind, file: { ...file, path } } }).subject).toBe('kind.file.path');
  });
});
