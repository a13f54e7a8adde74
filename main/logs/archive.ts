import type { LogLine, LogName, LogStep } from '../../preload/contract/logs.ts';

export interface SearchResult {
  matches: { step: string; index: number }[];
  limited: boolean;
}

/** The logs of all builds on disk, read the same way while they grow and long after. */
export class LogArchive {
  readonly #root: string;

  /** `root` is `Paths.logs`. */
  constructor(root: string) {
    this.#root = root;
  }

  /** The steps of a log now; empty when there is none. */
  steps(_name: LogName): Promise<LogStep[]> {
    throw new Error(`not written yet ${typeof this.#root}`);
  }

  /** The steps at once and after each change, at most one message in 100 ms; ends when all is complete or by the signal. */
  watch(_name: LogName, _signal?: AbortSignal): AsyncIterable<{ steps: LogStep[] }> {
    throw new Error('not written yet');
  }

  /** Up to `count` lines of a step from `from` on, each at most 16 KiB. */
  lines(_request: LogName & { step: string; from: number; count: number }): Promise<{ lines: LogLine[] }> {
    throw new Error('not written yet');
  }

  /** Lines that hold `query`, whatever the case, at most 10,000. */
  search(_request: LogName & { query: string }, _signal?: AbortSignal): Promise<SearchResult> {
    throw new Error('not written yet');
  }

  /** The log as text in pieces: one step or, with null, all in order. */
  text(
    _request: LogName & { step: string | null; times: boolean; colours: boolean },
    _signal?: AbortSignal,
  ): AsyncIterable<{ text: string }> {
    throw new Error('not written yet');
  }

  /** The last lines of a step, for evidence. */
  tail(_name: LogName, _step: string, _count: number): Promise<LogLine[]> {
    throw new Error('not written yet');
  }
}
