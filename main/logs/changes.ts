/** Tells readers that something changed, at most once in a batch time for each of them. */
export class Changes {
  readonly #batch: number;
  readonly #look: number;
  readonly #listeners = new Map<string, Set<() => void>>();

  /**
   * Milliseconds. `look`: how long to wait for news before reading again all the same, because another
   * process may have changed something.
   */
  constructor(batch: number, look: number) {
    this.#batch = batch;
    this.#look = look;
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
        const readAt = Date.now();
        yield await read();
        await this.#wait(news, readAt);
      }
    } finally {
      signal?.removeEventListener('abort', listener);
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(subject);
    }
  }

  /** News, or the time to look; then the rest of the batch time. */
  async #wait(news: PromiseWithResolvers<undefined>, since: number): Promise<void> {
    const look = setTimeout(() => news.resolve(undefined), this.#look);
    await news.promise;
    clearTimeout(look);
    const rest = since + this.#batch - Date.now();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }
}
