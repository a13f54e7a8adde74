import type { Freshness } from '../../preload/contract/live.ts';
import { isKubernetesError } from './errors.ts';
import { around, type Pace, type WatchTiming } from './pace.ts';

/** What to do after a watch has broken. */
export interface Verdict {
  readonly state: Freshness['state'] | null;
  /** Milliseconds until the next attempt. */
  readonly wait: number;
  /** The server has forgotten the version, or nothing is there to go on from. */
  readonly relist: boolean;
  /** The server does not know streaming lists. */
  readonly paged: boolean;
}

/** Remembers just enough about earlier faults to tell a starting server from a missing permission. */
export class WatchFaults {
  readonly #timing: WatchTiming;
  readonly #pace: Pace;
  #lostAt = Number.NEGATIVE_INFINITY;
  #refusals = 0;

  constructor(timing: WatchTiming, pace: Pace) {
    this.#timing = timing;
    this.#pace = pace;
  }

  /** The watch works again. */
  recovered(): void {
    this.#refusals = 0;
  }

  /**
   * Judges an error. `listing`: it came from a streaming list. `renewed`: credentials were read again
   * after a 401 and are others now.
   */
  judge(error: unknown, context: { listing: boolean; renewed: boolean }): Verdict {
    const now = Date.now();
    const known = isKubernetesError(error) ? error : null;
    const verdict = { state: 'reconnecting', relist: false, paged: false } as const;
    const kind = known?.kind ?? 'unreachable';
    if (kind === 'expired') {
      // With a wait too: a client that asks again at once was seen to do so 100 times a second.
      return { ...verdict, wait: this.#pace.next(), relist: true };
    }
    if (kind === 'absent' || kind === 'not-found') {
      return { ...verdict, state: 'absent', wait: around(this.#timing.absent), relist: true };
    }
    if (kind === 'unauthorized' || kind === 'forbidden') {
      if (context.renewed) return { ...verdict, wait: this.#pace.next() };
      this.#refusals += 1;
      // A server that has just started refuses even its admin until it has loaded its rules.
      const starting = this.#refusals === 1 || now - this.#lostAt < this.#timing.rulesLoading;
      if (starting) return { ...verdict, wait: this.#pace.next() };
      return { ...verdict, state: 'forbidden', wait: around(this.#timing.forbidden) };
    }
    if (context.listing && known && [400, 405, 406, 415, 422].includes(known.status)) {
      return { ...verdict, state: null, wait: 0, paged: true };
    }
    if (kind === 'unreachable') this.#lostAt = now;
    return { ...verdict, wait: Math.max(this.#pace.next(), known?.retryAfterMs ?? 0) };
  }
}
