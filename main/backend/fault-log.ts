import { KubernetesError } from '../kubernetes/errors.ts';

/** The same fault again within this time is not worth another line. */
const quietMs = 60_000;
const remembered = 100;

/** Turns faults that nobody asked about into lines for the log of a host; a cluster that is away is one line a minute. */
export class FaultLog {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #told = new Map<string, number>();

  constructor(write: (line: string) => void, now: () => number = Date.now) {
    this.#write = write;
    this.#now = now;
  }

  /** Takes a fault; bound, so that it can be handed on as it is. */
  readonly take = (error: unknown): void => {
    const text = describe(error);
    const now = this.#now();
    const last = this.#told.get(text);
    if (last !== undefined && now - last < quietMs) return;
    if (this.#told.size >= remembered) this.#told.clear();
    this.#told.set(text, now);
    this.#write(`${new Date(now).toISOString()} ${text}`);
  };
}

/** What the cluster says is not ours and needs no stack; everything else is a mistake of ours until shown otherwise. */
function describe(error: unknown): string {
  if (error instanceof KubernetesError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
