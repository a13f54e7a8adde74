import { localTarget } from '../../bundle/rewrite.ts';
import { copyImage, hasImage, type CopyTarget } from '../../registry/copy.ts';
import { forEachParallel } from '../../registry/parallel.ts';
import type { RegistryClient } from '../../registry/client.ts';
import type { SetupWorld } from '../world.ts';
import { named, type SetupStep } from './titles.ts';

/** Images copied at the same time. */
const parallel = 3;

/** kpack's own images, stacks and buildpacks, into the local registry with their digests unchanged. */
export const imagesStep: SetupStep = {
  id: 'images',
  ...named('setup.step_images', 'setup.does_images'),
  needs: ['registry'],
  usualMs: 5000,
  isDone: async (world, signal) =>
    withRegistry(world, async (client) => {
      const source = await world.source();
      const there = await Promise.all(
        (await source.images(signal)).map(async (name) =>
          hasImage(await source.image(name, signal), target(client, name), signal),
        ),
      );
      return there.every(Boolean);
    }),
  run: async (world, progress, signal) => {
    const source = await world.source();
    await source.prepare(signal);
    const images = await Promise.all((await source.images(signal)).map((name) => source.image(name, signal)));
    const total = images.reduce((sum, image) => sum + image.size, 0);
    const copied = new Map<string, number>();
    const known = new Map<string, string>();
    await withRegistry(world, (client) =>
      forEachParallel(images, parallel, signal, async (image, stop) => {
        progress.detail({ key: 'setup.detail_copy', params: { name: image.name } });
        await source.fetch(image, () => undefined, stop);
        await copyImage(
          image,
          { ...target(client, image.name), known },
          {
            signal: stop,
            onProgress: ({ done }) => {
              copied.set(image.name, done);
              progress.percent(([...copied.values()].reduce((sum, bytes) => sum + bytes, 0) / total) * 100);
            },
          },
        );
        progress.line(`${image.name} ${image.descriptor.digest}`);
      }),
    );
  },
};

function target(client: RegistryClient, name: string): CopyTarget {
  return { client, ...localTarget(name) };
}

async function withRegistry<T>(world: SetupWorld, work: (client: RegistryClient) => Promise<T>): Promise<T> {
  const client = await world.registryClient();
  try {
    return await work(client);
  } finally {
    await client.dispose();
  }
}
