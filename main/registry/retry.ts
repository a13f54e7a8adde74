import { setTimeout as delay } from 'node:timers/promises';
import { RegistryError } from './errors.ts';

export interface RetryOptions {
  /** How often it is tried at most. */
  readonly attempts: number;
  /** First pause in milliseconds; each further one is twice as long. */
  readonly pauseMs: number;
  /** The longest pause; a server that asks for a longer one ends the tries. */
  readonly maxPauseMs: number;
  /** Waits; replaced in tests. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const defaultRetry: RetryOptions = {
  attempts: 6,
  pauseMs: 1000,
  maxPauseMs: 60_000,
  wait: (ms, signal) => delay(ms, undefined, { signal }),
};

/** Another try can help: the connection broke, the server is overloaded or asks to come back later. */
export function canRetry(error: unknown): error is RegistryError {
  if (!(error instanceof RegistryError)) return false;
  if (error.kind === 'unreachable' || error.kind === 'rate-limited') return true;
  return error.kind === 'other' && (error.status >= 500 || error.status === 408);
}

/**
 * Tries `run` until it succeeds, fails for good or the attempts are used up; then throws the last error. `run` calls
 * `progressed` when it got on: tries are counted from there again, so that a long download over a bad
 * line can finish, but ten times `attempts` is the end in any case.
 */
export async function retrying<Result>(
  options: RetryOptions,
  signal: AbortSignal,
  run: (progressed: () => void) => Promise<Result>,
): Promise<Result> {
  let failed = 0;
  let failedEver = 0;
  const progressed = () => {
    failed = 0;
  };
  for (;;) {
    signal.throwIfAborted();
    try {
      return await run(progressed);
    } catch (error) {
      signal.throwIfAborted();
      failed++;
      failedEver++;
      if (!canRetry(error) || failed >= options.attempts || failedEver >= options.attempts * 10) throw error;
      const asked = error.retryAfterMs;
      if (asked !== null && asked > options.maxPauseMs) throw error;
      const pause = Math.min(options.pauseMs * 2 ** (failed - 1), options.maxPauseMs);
      await options.wait(Math.max(pause * (0.75 + Math.random() / 2), asked ?? 0), signal);
    }
  }
}
