import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder test/lab itself: sources of the steps are named relative to it. */
export const labFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where the lab keeps things: `cache` is worth keeping between machines, `state` is thrown away with the engine. */
export interface LabPaths {
  readonly cache: string;
  readonly state: string;
}

/** Both folders lie outside the repository, so that a clean checkout stays one. */
export function labPaths(env: NodeJS.ProcessEnv = process.env): LabPaths {
  const caches = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return {
    cache: env['KPACK_DESKTOP_LAB_CACHE'] || join(caches, 'kpack-desktop-lab'),
    state: env['KPACK_DESKTOP_LAB_STATE'] || '/var/tmp/kpack-desktop-lab',
  };
}
