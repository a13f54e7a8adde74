import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where everything of ours lies. Nothing is written outside this folder but what setup makes in the engine. */
export class Paths {
  readonly root: string;

  constructor(root: string) {
    this.root = path.resolve(root);
  }

  /** The administrator's kubeconfig of our own cluster, mode 0600. */
  get kubeconfig(): string {
    return path.join(this.root, 'kubeconfig');
  }

  get settings(): string {
    return path.join(this.root, 'settings.json');
  }

  /** Build records and durations. */
  get database(): string {
    return path.join(this.root, 'records.sqlite');
  }

  /** The archive of build logs. */
  get logs(): string {
    return path.join(this.root, 'logs');
  }

  /** What can be fetched again. */
  get cache(): string {
    return path.join(this.root, 'cache');
  }

  /** Programs: the pinned kind. */
  get bin(): string {
    return path.join(this.root, 'bin');
  }

  /** The lock of one purpose: `setup` or `server`. */
  lock(purpose: string): string {
    return path.join(this.root, `${purpose}.lock`);
  }

  /** Makes the folder, readable by its owner only. */
  ensure(): void {
    mkdirSync(this.root, { recursive: true, mode: 0o700 });
    chmodSync(this.root, 0o700);
  }
}

/**
 * The data folder: KPACK_DESKTOP_HOME, else the system's place for application data (XDG base directory
 * specification on Linux: https://specifications.freedesktop.org/basedir-spec/latest/).
 */
export function dataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const own = env['KPACK_DESKTOP_HOME'];
  if (own !== undefined && own !== '') return own;
  const home = homedir();
  if (platform === 'darwin') return path.join(home, 'Library/Application Support/kpack-desktop');
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] ?? path.join(home, 'AppData/Local'), 'kpack-desktop');
  return path.join(env['XDG_DATA_HOME'] ?? path.join(home, '.local/share'), 'kpack-desktop');
}
