import { isKubernetesError } from '../kubernetes/errors.ts';
import { timeOf } from './entry.ts';
import { recover } from './recover.ts';
import type { LogSource } from './source.ts';
import type { StepWriter } from './step-writer.ts';

/** One container's log and where it goes. */
export interface Following {
  readonly source: LogSource;
  readonly writer: StepWriter;
  /** When the container started, epoch milliseconds. */
  readonly startedAt: number | null;
}

export interface Filled {
  /** `later`: entries were found; `reached`: among them the one of `upTo`. */
  readonly found: 'none' | 'later' | 'reached';
  /** An entry without line end after them. */
  readonly rest: Buffer | null;
}

/**
 * Fills the hole before `upTo` (null: at the end) from the files that the kubelet put aside, or marks
 * it where that is impossible. Errors: what broke the connection; the next try finds the same hole.
 */
export async function fillHole(following: Following, upTo: Buffer | null, signal: AbortSignal): Promise<Filled> {
  const { source, writer } = following;
  const before = writer.lines;
  const last = await writer.last();
  try {
    const { reached, rest } = await recover(source, writer, { last, upTo }, signal);
    return { found: reached ? 'reached' : writer.lines > before ? 'later' : 'none', rest };
  } catch (error) {
    const refused = isKubernetesError(error) && !['unreachable', 'unavailable', 'throttled'].includes(error.kind);
    if (!refused) throw error;
    if (last !== null || attachedLate(following)) {
      await writer.gap(last ? timeOf(last) : '', upTo ? timeOf(upTo) : '');
    }
    return { found: 'none', rest: null };
  }
}

/** Nobody read along when the container started, so a file can have been put aside unseen. */
function attachedLate({ startedAt }: Following): boolean {
  return startedAt !== null && Date.now() > startedAt + 10_000;
}
