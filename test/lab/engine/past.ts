import { existsSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, tryRun } from '../core/run.ts';

/** Folders the lab's engine writes to. */
export interface EngineFolders {
  /** Holds one data folder per start, the pid file and the log. */
  readonly state: string;
  /** Sockets and network namespaces of the running engine. */
  readonly exec: string;
  /** Where the engine's programs lie (the cache): tells our processes from anybody else's. */
  readonly programs: string;
}

const list = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // processes and cgroups go away while one looks
  }
}

function write(file: string, value: string): void {
  try {
    writeFileSync(file, value);
  } catch {
    // the cgroup is gone, which is as good
  }
}

/** Ids of all containers that earlier engines of the lab knew. */
function containers(folders: EngineFolders): string[] {
  return list(folders.state)
    .filter((name) => name.startsWith('data-'))
    .flatMap((name) => list(join(folders.state, name, 'containers')));
}

/** Whether a process is part of the engine: the daemon, its containerd and shims by their arguments, a port's proxy as an orphan. */
function isEngine(pid: string, folders: EngineFolders): boolean {
  const command = read(`/proc/${pid}/cmdline`);
  const program = command.split('\0')[0]?.split('/').at(-1) ?? '';
  const named = command.includes(`${folders.exec}/`) || command.includes(`${folders.state}/daemon.json`);
  if (/^(dockerd|containerd|containerd-shim.*|runc)$/.test(program)) return named;
  if (program !== 'docker-proxy' || !read(`/proc/${pid}/status`).includes('PPid:\t1\n')) return false;
  try {
    return readlinkSync(`/proc/${pid}/exe`).startsWith(`${folders.programs}/engine-`);
  } catch {
    return false; // it has just ended
  }
}

/** Pids of the engine, its helpers, and everything inside its containers. */
function processes(folders: EngineFolders): number[] {
  const ids = containers(folders);
  return list('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => isEngine(pid, folders) || ids.some((id) => read(`/proc/${pid}/cgroup`).includes(id)))
    .filter((pid) => !/^State:\tZ/m.test(read(`/proc/${pid}/status`))) // ended; not every init collects orphans
    .map(Number);
}

/**
 * Lets frozen processes of the lab's containers run. runc freezes a container's cgroup while it sets it up; killed in that moment
 * (cgroup v1), the processes in there stay frozen and do not even react to SIGKILL.
 */
export function thaw(folders: EngineFolders): void {
  const walk = (folder: string) => {
    const states = { 'freezer.state': 'THAWED', 'cgroup.freeze': '0' };
    for (const [file, value] of Object.entries(states)) {
      const now = read(join(folder, file)).trim();
      const frozen = now === 'FROZEN' || now === 'FREEZING' || (file === 'cgroup.freeze' && now === '1');
      if (frozen) write(join(folder, file), value);
    }
    const below = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
    for (const entry of below) if (entry.isDirectory()) walk(join(folder, entry.name));
  };
  for (const id of containers(folders)) {
    for (const parent of ['/sys/fs/cgroup/freezer/docker', '/sys/fs/cgroup/docker']) walk(join(parent, id));
    walk(`/sys/fs/cgroup/system.slice/docker-${id}.scope`);
  }
}

async function endProcesses(folders: EngineFolders): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    const left = processes(folders);
    if (left.length === 0) return;
    thaw(folders);
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ended by itself
      }
    }
    await sleep(100);
  }
  throw new Error(`processes of an earlier engine do not end: ${processes(folders).join(', ')}`);
}

async function unmount(folders: EngineFolders): Promise<void> {
  const mounts = read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((at) => at.startsWith(`${folders.state}/`) || at.startsWith(`${folders.exec}/`));
  for (const at of mounts.reverse()) await tryRun('umount', ['-l', at]); // innermost first
}

/** Bridges whose network is in an old engine's database. They keep their subnet, so that the same network could not be made again. */
async function removeBridges(folders: EngineFolders): Promise<void> {
  const known = list(folders.state)
    .filter((name) => name.startsWith('data-'))
    .map((name) => read(join(folders.state, name, 'network/files/local-kv.db')))
    .join('');
  const bridges = (await tryRun('ip', ['-o', 'link', 'show', 'type', 'bridge'])) ?? '';
  for (const [, name = '', id = ''] of bridges.matchAll(/^\d+: (br-([0-9a-f]{12})):/gm)) {
    if (known.includes(id)) await run('ip', ['link', 'delete', name]);
  }
}

/**
 * Clears away what earlier engines of the lab left, whatever ended them: processes, frozen cgroups, mounts, bridges, data. A fresh
 * data folder is both quicker and safer than repairing one that says "running" about containers that are gone.
 */
export async function clearPast(folders: EngineFolders): Promise<void> {
  await endProcesses(folders);
  await unmount(folders);
  await removeBridges(folders);
  for (const name of list(folders.state)) {
    if (name.startsWith('data-') || name === 'pid') rmSync(join(folders.state, name), { recursive: true, force: true });
  }
  rmSync(folders.exec, { recursive: true, force: true });
}
