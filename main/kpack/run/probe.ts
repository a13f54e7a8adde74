import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

/** The first answer of an application: HTTP status and how long it took, milliseconds. */
export interface Answer {
  readonly status: number;
  readonly ms: number;
}

const pause = 250;

/** Asks for `/` until something answers, whatever the status. Null when the signal ends first. */
export async function firstAnswer(url: string, signal: AbortSignal): Promise<Answer | null> {
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      const answer = await request(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
      await answer.body.dump();
      return { status: answer.statusCode, ms: Math.round(performance.now() - startedAt) };
    } catch {
      // It has not begun to listen.
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}
