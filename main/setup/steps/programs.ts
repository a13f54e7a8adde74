import { hasEngineImage, loadEngineImage } from './engine-image.ts';
import { named, type SetupStep } from './titles.ts';

/** The pinned kind program. The source checks it against its checksum each time. */
export const kindStep: SetupStep = {
  id: 'kind',
  ...named('setup.step_kind', 'setup.does_kind'),
  needs: ['engine'],
  usualMs: 500,
  isDone: async (world) => (await world.info()).items.some((item) => item.id === 'kind' && item.present),
  run: async (world, progress, signal) => {
    const file = await (
      await world.source()
    ).kindBinary(({ done, total }) => {
      progress.percent(total === null || total === 0 ? null : (done / total) * 100);
    }, signal);
    progress.line(file);
  },
};

/** The image of the node, into the engine. */
export const nodeImageStep: SetupStep = {
  id: 'node-image',
  ...named('setup.step_node_image', 'setup.does_node_image'),
  needs: ['engine'],
  usualMs: 12_000,
  isDone: async (world) => hasEngineImage(world, (await world.info()).node),
  run: async (world, progress, signal) => {
    await loadEngineImage(world, (await world.info()).node, progress, signal);
  },
};
