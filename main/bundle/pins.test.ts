import { expect, test } from 'vitest';
import { parseReference } from '../registry/reference.ts';
import { pinned } from './pins.ts';

test('every pinned digest says where it was read, every image has a version tag', () => {
  const pins = pinned();
  const images = [
    ...pins.nodes,
    pins.registry,
    ...pins.stacks.flatMap(({ build, run }) => [build, run]),
    ...pins.store.buildpackages,
  ];
  for (const image of images) {
    expect(parseReference(image.image).tag).not.toBeNull();
    expect(parseReference(image.image).digest).toBeNull();
    if (image.digest !== undefined) expect(image.source).toMatch(/^https:\/\//);
  }
});

test('there is a node image for hosts of both cgroup versions, the newest first', () => {
  const { nodes } = pinned();
  const first = (version: 1 | 2) => nodes.find(({ cgroups }) => cgroups.includes(version))?.kubernetes;
  expect([first(2), first(1)]).toEqual(['v1.37.0', 'v1.34.11']);
});

test('builders use stacks and buildpacks that are there', () => {
  const { stacks, store, builders } = pinned();
  const ids = store.buildpackages.map(
    ({ image }) => `paketo-buildpacks/${parseReference(image).repository.split('/').at(-1) ?? ''}`,
  );
  for (const builder of builders) {
    expect(stacks.map(({ name }) => name)).toContain(builder.stack);
    expect(
      builder.order
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
  }
});
