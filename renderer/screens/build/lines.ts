import type { LogLine } from '../../../preload/contract/index.ts';

/** Lines of one request. A screen shows about forty, so one page is more than enough around it. */
export const pageSize = 200;

type Fetch = (step: string, from: number, count: number) => Promise<readonly LogLine[]>;

/**
 * The lines that have been on screen lately. The backend holds the log; the page keeps some pages of
 * it, so that its memory does not grow with the log.
 */
export class LineCache {
  readonly #pages = new Map<string, readonly LogLine[]>();
  readonly #loading = new Set<string>();
  readonly #fetch: Fetch;
  readonly #onLoaded: () => void;
  readonly #limit: number;

  /** `onLoaded` is called after lines arrived; `limit` is how many pages are kept. */
  constructor(fetch: Fetch, onLoaded: () => void, limit = 60) {
    this.#fetch = fetch;
    this.#onLoaded = onLoaded;
    this.#limit = limit;
  }

  /** The line, or null while it is on its way. */
  line(step: string, index: number): LogLine | null {
    const number = Math.floor(index / pageSize);
    const key = `${step}/${String(number)}`;
    const page = this.#pages.get(key);
    if (page !== undefined) this.#touch(key, page);
    const line = page?.[index % pageSize];
    if (line === undefined) this.#load(step, number, key);
    return line ?? null;
  }

  /** Forgets everything, for another build. */
  clear(): void {
    this.#pages.clear();
  }

  #touch(key: string, page: readonly LogLine[]): void {
    this.#pages.delete(key);
    this.#pages.set(key, page);
  }

  #load(step: string, number: number, key: string): void {
    if (this.#loading.has(key)) return;
    this.#loading.add(key);
    void this.#fetch(step, number * pageSize, pageSize)
      .then((lines) => {
        const before = this.#pages.get(key)?.length ?? 0;
        this.#touch(key, lines);
        for (const old of this.#pages.keys()) {
          if (this.#pages.size <= this.#limit) break;
          this.#pages.delete(old);
        }
        if (lines.length > before) this.#onLoaded();
      })
      .catch(() => {
        // The stream of the log's steps tells about a lost connection; the next look asks again.
      })
      .finally(() => {
        this.#loading.delete(key);
      });
  }
}
