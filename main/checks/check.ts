import type { Check, SetupOptions, Text } from '../../preload/contract/index.ts';
import type { SourceInfo } from '../bundle/source.ts';
import type { EngineSearch } from '../docker/engine.ts';

/** What checks look at. */
export interface CheckedMachine {
  readonly search: EngineSearch;
  readonly options: SetupOptions;
  /** Where our files go. */
  readonly dataFolder: string;
  /** What the source has, or why it cannot be used. */
  readonly source: SourceInfo | Error;
}

type Finding = Pick<Check, 'state' | 'found' | 'cause' | 'fixes'>;

/** One check: a value, so that the list of them reads like the page. */
export interface MachineCheck {
  readonly id: string;
  readonly title: Text;
  /** Null where the check does not apply. */
  run(machine: CheckedMachine): Promise<Finding | null>;
}

export function ok(found: Text): Finding {
  return { state: 'ok', found, cause: null, fixes: [] };
}

export function warning(found: Text, cause: Text, fixes: Check['fixes'] = []): Finding {
  return { state: 'warning', found, cause, fixes };
}

export function failed(found: Text, cause: Text, fixes: Check['fixes'] = []): Finding {
  return { state: 'failed', found, cause, fixes };
}

/** A command to copy, as a fix. */
export function command(text: string): Check['fixes'][number] {
  return { id: 'copy-command', label: { key: 'checks.fix_copy_command' }, primary: false, params: { command: text } };
}

/** Bytes in GB of 10^9 with one decimal. */
export function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
