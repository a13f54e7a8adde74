import { setTimeout as sleep } from 'node:timers/promises';

/** Tells readers that something changed, at most once in a batch time for each of them. */
export class Changes {
  readonly #batch: number;
  readonly #listeners = new Map<string, Set<() => void>>();

  /** `batch` in milliseconds. */
  constructor(batch: number) {
    this.#batch = batch;
  }

  changed(subject: string): void {
    for (const listener of this.#listeners.get(subject) ?? []) listener();
  }

  /** What `read` gives, at once and after changes, until the signal is aborted or the reader leaves. */
  async *of<T>(subject: string, read: () => Promise<T>, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
    let news = Promise.withResolvers<undefined>();
    const listener = () => news.resolve(undefined);
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners.add(listener));
    signal?.addEventListener('abort', listener, { once: true });
    try {
      while (!signal?.aborted) {
        // Before reading: a change while it reads must not be missed.
        news = Promise.withResolvers<undefined>();
        yield await read();
        await Promise.all([news.promise, sleep(this.#batch, undefined, { signal }).catch(() => undefined)]);
      }
    } finally {
      signal?.removeEventListener('abort', listener);
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(subject);
    }
  }
}
