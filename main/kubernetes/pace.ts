/** How long a watch waits for what; milliseconds. */
export interface WatchTiming {
  /** Waits before attempts that follow each other without success; the last one repeats. */
  readonly backoff: readonly number[];
  /** After a stream that lived and ended without an error. */
  readonly afterCleanEnd: number;
  /** A stream that lived so long was a success. */
  readonly lived: number;
  /** No byte for so long: the link is dead. Bookmarks come once a minute. */
  readonly silence: number;
  /** Between tries for a kind that the server does not know. */
  readonly absent: number;
  /** Between tries for a kind that may not be read. */
  readonly forbidden: number;
  /** A refusal (403) so soon after a lost connection is a server that has not loaded its rules yet. */
  readonly rulesLoading: number;
  /** At most one message to subscribers in this time. */
  readonly batch: number;
  /** A timer that comes so much too late means that the computer slept. */
  readonly slept: number;
  /** How often that is looked at. */
  readonly sleepCheck: number;
}

export const watchTiming: WatchTiming = {
  backoff: [500, 1000, 2000, 4000, 5000],
  afterCleanEnd: 200,
  lived: 5000,
  silence: 75_000,
  absent: 5000,
  forbidden: 60_000,
  rulesLoading: 60_000,
  batch: 100,
  slept: 15_000,
  sleepCheck: 5000,
};

/** Waits that grow while nothing works, ±20 % so that many clients do not come at once. */
export class Pace {
  readonly #steps: readonly number[];
  #failures = 0;

  constructor(steps: readonly number[]) {
    this.#steps = steps;
  }

  /** Something worked: the next failure waits the shortest time again. */
  reset(): void {
    this.#failures = 0;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const step = this.#steps[Math.min(this.#failures, this.#steps.length - 1)] ?? 0;
    this.#failures += 1;
    return around(step);
  }
}

/** A time ±20 %. */
export function around(milliseconds: number): number {
  return milliseconds * (0.8 + Math.random() * 0.4);
}
