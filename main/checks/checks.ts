import type { Check } from '../../preload/contract/index.ts';
import { warning, type CheckedMachine, type MachineCheck } from './check.ts';
import { dockerCliCheck } from './docker-cli.ts';
import { engineCheck } from './engine.ts';
import { cgroupCheck, inotifyCheck } from './kernel.ts';
import { addressCheck, portCheck } from './listen.ts';
import { diskCheck, memoryCheck } from './resources.ts';
import { sourceCheck } from './source.ts';

const all: readonly MachineCheck[] = [
  engineCheck,
  dockerCliCheck,
  memoryCheck,
  diskCheck,
  cgroupCheck,
  inotifyCheck,
  sourceCheck,
  addressCheck,
  portCheck,
];

/** Runs every check at the same time; one that takes longer than `limitMs` or fails itself says that it cannot tell. */
export async function runChecks(
  machine: CheckedMachine,
  limitMs = 5000,
  checks: readonly MachineCheck[] = all,
): Promise<Check[]> {
  const results = await Promise.all(checks.map((check) => runOne(check, machine, limitMs)));
  return results.filter((result) => result !== null);
}

async function runOne(check: MachineCheck, machine: CheckedMachine, limitMs: number): Promise<Check | null> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'late');
  });
  try {
    const finding = await Promise.race([check.run(machine), limit]);
    const found = finding === 'late' ? warning({ key: 'checks.unknown' }, { key: 'checks.too_slow' }) : finding;
    return found === null ? null : { id: check.id, title: check.title, ...found };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      id: check.id,
      title: check.title,
      ...warning({ key: 'checks.unknown' }, { key: 'checks.broke', params: { message } }),
    };
  } finally {
    clearTimeout(timer);
  }
}
