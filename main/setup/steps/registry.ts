import { DockerError } from '../../docker/errors.ts';
import { names } from '../../kind/names.ts';
import { fixedAddress } from '../../kind/subnet.ts';
import { SetupProblem } from '../problem.ts';
import type { SetupWorld } from '../world.ts';
import { engineName, hasEngineImage, loadEngineImage } from './engine-image.ts';
import { pause } from './pause.ts';
import { named, type SetupStep } from './titles.ts';

/** First port on 127.0.0.1 that is tried; kind's own guide uses it too. */
const firstPort = 5001;

/**
 * The local registry. It has a fixed private address on kind's network: such an address is the one name under which the
 * engine's machine, the node and the build pods all reach it over plain HTTP
 * (https://github.com/google/go-containerregistry/blob/v0.20.6/pkg/name/registry.go).
 */
export const registryStep: SetupStep = {
  id: 'registry',
  ...named('setup.step_registry', 'setup.does_registry'),
  needs: ['network'],
  usualMs: 2500,
  isDone: async (world, signal) => (await world.registry()) !== null && (await answers(world, signal)),
  run: async (world, progress, signal) => {
    const docker = await world.docker();
    const { registry: image } = await world.info();
    if (!(await hasEngineImage(world, image))) await loadEngineImage(world, image, progress, signal);
    progress.detail({ key: 'setup.detail_start_registry' });
    for (let attempt = 1; (await world.registry()) === null; attempt += 1) {
      const existing = await docker.containers.find(names.registry);
      // One that stopped is started; one that cannot be (its network is another one now) is made anew. Its data is in the volume.
      if (existing !== null) await docker.containers.start(names.registry).catch(() => undefined);
      if ((await world.registry()) !== null) break;
      await docker.containers.remove(names.registry);
      await docker.createVolume(names.registryVolume, { [names.label]: 'registry' });
      try {
        await create(world, engineName(image));
      } catch (error) {
        // A run that was killed may have left one that the engine was still making when this one looked.
        if (!(error instanceof DockerError && error.kind === 'conflict') || attempt === 10) throw error;
        await pause(500, signal);
      }
    }
    while (!(await answers(world, signal))) await pause(100, signal);
    const { name, hostPort } = await world.theRegistry();
    progress.line(`registry ${name}, on this machine 127.0.0.1:${hostPort}`);
  },
};

async function create(world: SetupWorld, image: string): Promise<void> {
  const docker = await world.docker();
  const network = await docker.networks.find(names.network);
  const taken = network?.members.map(({ address }) => address) ?? [];
  const address = fixedAddress(network?.subnets[0]?.subnet ?? '', taken);
  if (address === null) throw new SetupProblem({ key: 'setup.no_free_address' });
  for (let port = firstPort; port < firstPort + 100; port += 1) {
    try {
      await docker.containers.run({
        name: names.registry,
        image,
        labels: { [names.label]: 'registry' },
        env: { REGISTRY_STORAGE_DELETE_ENABLED: 'true', OTEL_TRACES_EXPORTER: 'none' },
        network: names.network,
        address,
        ports: [{ container: 5000, address: '127.0.0.1', port }],
        volumes: [`${names.registryVolume}:/var/lib/registry`],
        restart: 'always',
      });
      return;
    } catch (error) {
      if (!(error instanceof DockerError && error.kind === 'port-taken')) throw error;
    }
  }
  throw new SetupProblem({ key: 'setup.no_free_port', params: { first: firstPort, last: firstPort + 99 } });
}

async function answers(world: SetupWorld, signal: AbortSignal): Promise<boolean> {
  const client = await world.registryClient();
  try {
    await client.ping(signal);
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    await client.dispose();
  }
}
