import type { Machine } from './source.ts';

const systems: Readonly<Record<string, Machine['os']>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const processors: Readonly<Record<string, Machine['arch']>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * The machine that this process runs on, in the words of bundles and downloads; null where neither kind nor kpack run.
 * `cgroup` is what the engine says (`docker info`, CgroupVersion).
 */
export function thisMachine(
  cgroup: 1 | 2,
  system: string = process.platform,
  processor: string = process.arch,
): Machine | null {
  const [os, arch] = [systems[system], processors[processor]];
  return os === undefined || arch === undefined ? null : { os, arch, cgroup };
}
