import { describe, expect, test } from 'vitest';
import { formatReference, isTag, normalise, parseReference, referenceProblem } from './reference.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

describe('parseReference', () => {
  test.each([
    ['nginx', 'docker.io', 'library/nginx', null, null],
    ['docker.io/nginx:1', 'docker.io', 'library/nginx', '1', null],
    ['index.docker.io/paketobuildpacks/java:22.2.0', 'docker.io', 'paketobuildpacks/java', '22.2.0', null],
    ['paketobuildpacks/java', 'docker.io', 'paketobuildpacks/java', null, null],
    ['ghcr.io/a/b/c:v1', 'ghcr.io', 'a/b/c', 'v1', null],
    ['172.30.20.10:5000/apps/web', '172.30.20.10:5000', 'apps/web', null, null],
    ['localhost/web:2', 'localhost', 'web', '2', null],
    ['localhost:5001/web', 'localhost:5001', 'web', null, null],
    ['[::1]:5000/web:x', '[::1]:5000', 'web', 'x', null],
    [`ghcr.io/a/b@${digest}`, 'ghcr.io', 'a/b', null, digest],
    [`ghcr.io/a/b:1@${digest}`, 'ghcr.io', 'a/b', '1', digest],
    ['Registry.example/a', 'Registry.example', 'a', null, null],
    ['a.b/c__d/e-f.g', 'a.b', 'c__d/e-f.g', null, null],
  ])('%s', (text, registry, repository, tag, found) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag, digest: found });
  });

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['ghcr.io/', 'repository'],
    ['ghcr.io/a//b', 'repository'],
    ['ghcr.io/-a', 'repository'],
    ['ghcr.io/a:b:c', 'repository'],
    ['https://ghcr.io/a', 'registry'],
    ['bad_host.io:5000/a', 'registry'],
    ['ghcr.io:port/a', 'registry'],
    ['ghcr.io/Apps/web', 'uppercase'],
    ['MyApp', 'uppercase'],
    [`ghcr.io/${'a'.repeat(256)}`, 'too-long'],
    ['ghcr.io/a:', 'tag'],
    ['ghcr.io/a:-x', 'tag'],
    [`ghcr.io/a:${'x'.repeat(129)}`, 'tag'],
    ['ghcr.io/a@sha256:12', 'digest'],
    ['ghcr.io/a@', 'digest'],
    [`ghcr.io/a@${digest.toUpperCase()}`, 'digest'],
  ])('refuses "%s" because of its %s', (text, problem) => {
    expect(referenceProblem(text)).toBe(problem);
  });
});

test('a reference is formatted in full and reads the same again', () => {
  for (const text of ['nginx', 'a/b:1', `ghcr.io/a/b:1@${digest}`, 'localhost:5000/x']) {
    const full = normalise(text);
    expect(formatReference(parseReference(full))).toBe(full);
  }
  expect(normalise('nginx:1')).toBe('docker.io/library/nginx:1');
});

test('a tag may not begin with a point or hyphen', () => {
  expect(['v1.0', '_x', 'A', '.x', '-x', ''].map(isTag)).toEqual([true, true, true, false, false, false]);
});
