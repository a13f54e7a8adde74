import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const freezer = '/sys/fs/cgroup/freezer/docker';

/**
 * On cgroup v1, a node that was killed while it started a pod can leave a frozen group behind: its processes ignore even
 * SIGKILL, and the engine says "did not receive an exit event". Thawing lets them end. Does nothing elsewhere.
 * Returns how many groups were frozen.
 */
export async function thaw(container: string): Promise<number> {
  let thawed = 0;
  for (const folder of await below(path.join(freezer, container))) {
    const file = path.join(folder, 'freezer.state');
    const state = await readFile(file, 'utf8').catch(() => '');
    if (!/FROZEN|FREEZING/.test(state)) continue;
    await writeFile(file, 'THAWED').catch(() => undefined);
    thawed += 1;
  }
  return thawed;
}

async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return [
    folder,
    ...entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(entry.parentPath, entry.name)),
  ];
}
