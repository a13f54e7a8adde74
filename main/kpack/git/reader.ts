import { parseGitUrl } from '../check/git-url.ts';
import { readReferences, type ReferencesAnswer } from './references.ts';

/** How long an answer counts while somebody types. */
const goodFor = 30_000;
const badFor = 5_000;
const kept = 50;

interface Entry {
  readonly answer: Promise<ReferencesAnswer>;
  until: number;
}

/** Asks repositories for their references and remembers the answers for a moment. */
export class ReferenceReader {
  readonly #entries = new Map<string, Entry>();
  readonly #stop = new AbortController();
  readonly #now: () => number;
  readonly #read: typeof readReferences;

  constructor(options: { now?: () => number; read?: typeof readReferences } = {}) {
    this.#now = options.now ?? Date.now;
    this.#read = options.read ?? readReferences;
  }

  /** The repository's answer, at most 30 s old unless `fresh`; null for what is not read over HTTP(S). */
  async read(url: string, fresh = false): Promise<ReferencesAnswer | null> {
    const address = parseGitUrl(url);
    if (!address || address.transport === 'ssh') return null;
    const known = this.#entries.get(url);
    if (known && (known.until === Infinity || (!fresh && this.#now() < known.until))) return known.answer;
    return this.#ask(url);
  }

  /**
   * The same, but waits no longer than `patienceMs`: a repository that needs more counts as unreachable
   * for now, and its answer is there for the next time.
   */
  async readSoon(url: string, patienceMs: number): Promise<ReferencesAnswer | null> {
    const reading = this.read(url);
    // Whoever asks next is told what went wrong.
    reading.catch(() => undefined);
    const late = Promise.withResolvers<ReferencesAnswer>();
    const timer = setTimeout(() => late.resolve({ kind: 'unreachable', words: `${patienceMs / 1000} s` }), patienceMs);
    try {
      return await Promise.race([reading, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends questions under way. */
  dispose(): void {
    this.#stop.abort();
    this.#entries.clear();
  }

  async #ask(url: string): Promise<ReferencesAnswer> {
    const entry: Entry = { answer: this.#read(url, this.#stop.signal), until: Infinity };
    this.#entries.delete(url);
    this.#entries.set(url, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > kept && oldest !== undefined) this.#entries.delete(oldest);
    try {
      const answer = await entry.answer;
      entry.until = this.#now() + (answer.kind === 'found' ? goodFor : badFor);
      return answer;
    } catch (error) {
      this.#entries.delete(url);
      throw error;
    }
  }
}
