import { rm } from 'node:fs/promises';
import path from 'node:path';
import { clusterLabel, names } from '../kind/names.ts';
import { thaw } from '../kind/frozen.ts';
import { named, type SetupStep } from './steps/titles.ts';

/** Label on containers of images that were run on this machine. */
const runLabel = 'io.kpack-desktop.run';

/** Takes away what setup made, and nothing else. The registry's data goes only when that was chosen. */
export function removeSteps(registryData: boolean): readonly SetupStep[] {
  return [
    {
      id: 'runs',
      ...named('setup.step_remove_runs', 'setup.does_remove_runs'),
      needs: [],
      usualMs: 1000,
      isDone: async (world) =>
        (await world.engine()) === null || (await (await world.docker()).containers.withLabel(runLabel)).length === 0,
      run: async (world, progress) => {
        const { containers } = await world.docker();
        for (const { name } of await containers.withLabel(runLabel)) {
          await containers.remove(name);
          progress.line(name);
        }
      },
    },
    {
      id: 'cluster',
      ...named('setup.step_remove_cluster', 'setup.does_remove_cluster'),
      needs: [],
      usualMs: 3000,
      isDone: async (world) =>
        (await (await world.docker()).containers.withLabel(`${clusterLabel}=${names.cluster}`)).length === 0,
      run: async (world, progress) => {
        const { containers } = await world.docker();
        for (const { id } of await containers.withLabel(`${clusterLabel}=${names.cluster}`)) await thaw(id);
        // What `kind delete cluster` does with Docker, without needing the program.
        for (const { name } of await containers.withLabel(`${clusterLabel}=${names.cluster}`)) {
          await containers.remove(name);
          progress.line(name);
        }
      },
    },
    {
      id: 'registry',
      ...named('setup.step_remove_registry', 'setup.does_remove_registry'),
      needs: [],
      usualMs: 1500,
      isDone: async (world) => {
        const docker = await world.docker();
        return (
          (await docker.containers.find(names.registry)) === null &&
          !(registryData && (await docker.hasVolume(names.registryVolume)))
        );
      },
      run: async (world, progress) => {
        const docker = await world.docker();
        await docker.containers.remove(names.registry);
        if (registryData) await docker.removeVolume(names.registryVolume);
        progress.line(names.registry);
      },
    },
    {
      id: 'network',
      ...named('setup.step_remove_network', 'setup.does_remove_network'),
      needs: ['cluster', 'registry', 'runs'],
      usualMs: 500,
      isDone: async (world) => {
        const network = await (await world.docker()).networks.find(names.network);
        return network === null || network.labels[names.label] === undefined || network.members.length > 0;
      },
      run: async (world, progress) => {
        await (await world.docker()).networks.remove(names.network);
        progress.line(names.network);
      },
    },
    {
      id: 'files',
      ...named('setup.step_remove_files', 'setup.does_remove_files'),
      needs: ['cluster'],
      usualMs: 200,
      isDone: () => Promise.resolve(false),
      run: async ({ paths }, progress) => {
        for (const target of [paths.kubeconfig, paths.bin, paths.cache]) {
          await rm(target, { recursive: true, force: true });
          progress.line(path.basename(target));
        }
      },
    },
  ];
}
