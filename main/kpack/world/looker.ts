/**
 * Runs one piece of asynchronous work at a time: `look` while it runs means once more after it, however
 * often it was called.
 */
export class Looker {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #onFault: (error: unknown) => void;
  readonly #stopped = new AbortController();
  #busy = false;
  #again = false;

  constructor(work: (signal: AbortSignal) => Promise<void>, onFault: (error: unknown) => void) {
    this.#work = work;
    this.#onFault = onFault;
  }

  look(): void {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    void this.#run().finally(() => {
      this.#busy = false;
    });
  }

  /** Nothing is begun any more, and the signal of what runs is aborted. */
  stop(): void {
    this.#stopped.abort();
  }

  async #run(): Promise<void> {
    const isStopped = () => this.#stopped.signal.aborted;
    try {
      while (this.#again && !isStopped()) {
        this.#again = false;
        await this.#work(this.#stopped.signal);
      }
    } catch (error) {
      if (!isStopped()) this.#onFault(error);
    }
  }
}
