import { describe, expect, it } from 'vitest';
import { buildPath, imagePath, readRoute } from './router.svelte.ts';

describe('readRoute', () => {
  it('knows every page', () => {
    expect(readRoute('')).toEqual({ page: 'start' });
    expect(readRoute('#/images')).toEqual({ page: 'images' });
    expect(readRoute('#/images/new')).toEqual({ page: 'new-image', git: '' });
    expect(readRoute('#/images/new?git=https%3A%2F%2Fa%2Fb.git')).toEqual({
      page: 'new-image',
      git: 'https://a/b.git',
    });
    expect(readRoute('#/nowhere')).toEqual({ page: 'start' });
  });

  it('reads back what it wrote, also for names with signs', () => {
    expect(readRoute(imagePath('default', 'a/b%'))).toEqual({ page: 'image', namespace: 'default', name: 'a/b%' });
    expect(readRoute(buildPath('team-a', 'web', 'web-build-1'))).toEqual({
      page: 'build',
      namespace: 'team-a',
      name: 'web',
      build: 'web-build-1',
    });
  });

  it('takes an image called "new" of a namespace for an image', () => {
    expect(readRoute('#/images/default/new')).toEqual({ page: 'image', namespace: 'default', name: 'new' });
  });
});
