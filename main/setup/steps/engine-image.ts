import { dockerArchive } from '../../bundle/docker-archive.ts';
import type { Progress } from '../step.ts';
import type { SetupWorld } from '../world.ts';

/** The name under which the engine knows an image of the source: without digest, which `docker load` does not keep. */
export function engineName(name: string): string {
  return name.replace(/@sha256:[0-9a-f]{64}$/, '');
}

export async function hasEngineImage(world: SetupWorld, name: string): Promise<boolean> {
  return (await (await world.docker()).images.find(engineName(name))) !== null;
}

/** Brings an image of the source into the engine. Fetching counts for most of the percent where there is something to fetch. */
export async function loadEngineImage(
  world: SetupWorld,
  name: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const source = await world.source();
  const image = await source.image(name, signal);
  progress.detail({ key: 'setup.detail_fetch', params: { name } });
  const share = (await source.describe()).kind === 'internet' ? 80 : 0;
  await source.fetch(
    image,
    ({ done, total }) => {
      if (total !== null && total > 0) progress.percent((done / total) * share);
    },
    signal,
  );
  progress.detail({ key: 'setup.detail_load', params: { name } });
  const { stream, size } = dockerArchive(image, { tag: engineName(name), signal });
  let read = 0;
  stream.on('data', (chunk: Uint8Array) => {
    read += chunk.length;
    progress.percent(share + (read / size) * (100 - share) * 0.9);
  });
  stream.pause();
  await (await world.docker()).images.load(stream, signal);
  progress.line(`loaded ${engineName(name)}`);
}
