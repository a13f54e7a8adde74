import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';

/** Who holds a lock. `started` tells a process from a later one with the same pid. */
export interface LockHolder {
  readonly pid: number;
  readonly started: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** What the holder says of itself, for example its address. */
  readonly note: string;
}

/** One process at a time for one purpose and data folder. The lock of a process that is gone is taken over. */
export class ProcessLock implements Disposable {
  readonly #file: string;
  readonly #text: string;

  private constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  /** The lock, or who holds it. */
  static acquire(file: string, note = ''): ProcessLock | LockHolder {
    const holder: LockHolder = { pid: process.pid, started: startOf(process.pid), since: Date.now(), note };
    const text = JSON.stringify(holder);
    const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    writeFileSync(own, text, { mode: 0o600 });
    try {
      for (;;) {
        // A hard link either is made or is not: two processes never both succeed, and the file is never half written.
        if (tryLink(own, file)) return new ProcessLock(file, text);
        const found = readHolder(file);
        if (found !== null && isAlive(found)) return found;
        discard(file, found);
      }
    } finally {
      rmSync(own, { force: true });
    }
  }

  /** Who holds the lock right now, null when nobody alive does. */
  static holder(file: string): LockHolder | null {
    const found = readHolder(file);
    return found !== null && isAlive(found) ? found : null;
  }

  release(): void {
    try {
      if (readFileSync(this.#file, 'utf8') === this.#text) rmSync(this.#file, { force: true });
    } catch {
      // Gone already: released.
    }
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a stale lock out of the way. It is moved aside first and looked at again: between reading it and now another
 * process may have put its own, living lock there, which is put back.
 */
function discard(file: string, stale: LockHolder | null): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved !== null && JSON.stringify(moved) !== JSON.stringify(stale) && isAlive(moved)) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function readHolder(file: string): LockHolder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
  } catch {
    return null;
  }
}

function isAlive(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return holder.started === '' || startOf(holder.pid) === holder.started;
}

/** Start time of a process in clock ticks since boot, field 22 of /proc/PID/stat (proc_pid_stat(5)); empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
