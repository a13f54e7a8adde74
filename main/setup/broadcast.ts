/** Wakes any number of readers after a change, each at most every 100 ms; readers look at the newest state themselves. */
export class Broadcast {
  readonly #readers = new Set<() => void>();
  #ended = false;

  /** Something changed. */
  tell(): void {
    for (const wake of this.#readers) wake();
  }

  /** Ends every reader. */
  end(): void {
    this.#ended = true;
    this.tell();
  }

  /** A tick at once and after each change; also every second while `alive` says so, for clocks. */
  async *ticks(signal: AbortSignal, alive: () => boolean): AsyncGenerator<undefined> {
    let changed = true;
    let wake: () => void = () => undefined;
    const told = () => {
      changed = true;
      wake();
    };
    this.#readers.add(told);
    signal.addEventListener('abort', told);
    try {
      while (!signal.aborted && !this.#ended) {
        if (changed) {
          changed = false;
          yield undefined;
          await wait(100);
          continue;
        }
        const pulse = alive() ? setTimeout(told, 1000) : undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        clearTimeout(pulse);
      }
    } finally {
      this.#readers.delete(told);
      signal.removeEventListener('abort', told);
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
