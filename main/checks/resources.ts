import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { failed, gigabytes, ok, warning, type MachineCheck } from './check.ts';

/** Memory of the engine's machine: Kubernetes and kpack take 1 GB at rest, a build 1 GB and more. */
export const memoryCheck: MachineCheck = {
  id: 'memory',
  title: { key: 'checks.memory' },
  run: ({ search }) => {
    const memory = search.engines[0]?.info.memory ?? 0;
    if (memory === 0) return Promise.resolve(null);
    const found = { key: 'checks.memory_found', params: { size: gigabytes(memory) } } as const;
    if (memory < 2e9) return Promise.resolve(failed(found, { key: 'checks.memory_low' }));
    return Promise.resolve(memory < 4e9 ? warning(found, { key: 'checks.memory_tight' }) : ok(found));
  },
};

/** Room for images and caches, where the engine keeps its data and where our files go. */
export const diskCheck: MachineCheck = {
  id: 'disk',
  title: { key: 'checks.disk' },
  run: async ({ search, dataFolder }) => {
    const engine = search.engines[0];
    const folders = [dataFolder, ...(engine?.docker.local === true ? [engine.info.dataRoot] : [])];
    const free = (await Promise.all(folders.map(freeBytes))).filter((bytes) => bytes !== null);
    if (free.length === 0) return warning({ key: 'checks.unknown' }, { key: 'checks.disk_unknown' });
    const least = Math.min(...free);
    const found = { key: 'checks.disk_found', params: { size: gigabytes(least) } } as const;
    if (least < 3e9) return failed(found, { key: 'checks.disk_low' });
    return least < 10e9 ? warning(found, { key: 'checks.disk_tight' }) : ok(found);
  },
};

/** Free bytes of the file system that a folder is on or will be made on; null when that cannot be told. */
export async function freeBytes(folder: string): Promise<number | null> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch {
      if (place === path.dirname(place)) return null;
    }
  }
}
