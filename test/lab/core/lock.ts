import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Start time of a process in clock ticks since boot: with the pid it names one process for good, however pids are reused. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]; // field 22; the name before it may contain spaces
  } catch {
    return undefined;
  }
}

/** Takes the lab for this process; throws, naming the other one, when it is taken. The lock of a process that is gone does not count. */
function take(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lock');
  const mine = `${process.pid} ${startTime(process.pid) ?? ''}`;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '0', started] = readFileSync(file, 'utf8').trim().split(' ');
    if (startTime(Number(pid)) === started)
      throw new Error(`the lab is in use by process ${pid}: wait for it, or end it`);
    rmSync(file, { force: true });
  }
}

/** Does work that only one process at a time may do to the lab. */
export async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = take(folder);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
