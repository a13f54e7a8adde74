import type { LiveList } from '../../../preload/contract/live.ts';

/** Rows by uid and by a key that several may share, kept up to date by the messages of a live list. */
export class Grouped<Row extends { readonly uid: string }> {
  readonly #keyOf: (row: Row) => string;
  readonly #rows = new Map<string, Row>();
  readonly #groups = new Map<string, Map<string, Row>>();

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf;
  }

  /** Takes a message in; the rows it changed (as they were and as they are). */
  apply(message: LiveList<Row>): { before: Row[]; after: Row[] } {
    if (message.type === 'snapshot') return this.#replace(message.rows);
    const before: Row[] = [];
    for (const uid of message.removes) before.push(...this.#remove(uid));
    for (const row of message.upserts) before.push(...this.#set(row));
    return { before, after: message.upserts };
  }

  get(uid: string): Row | undefined {
    return this.#rows.get(uid);
  }

  all(): IterableIterator<Row> {
    return this.#rows.values();
  }

  /** The rows of a key, in no order. */
  of(key: string): Row[] {
    return [...(this.#groups.get(key)?.values() ?? [])];
  }

  #replace(rows: readonly Row[]): { before: Row[]; after: Row[] } {
    const kept = new Set(rows.map((row) => row.uid));
    const before = [...this.#rows.keys()].filter((uid) => !kept.has(uid)).flatMap((uid) => this.#remove(uid));
    // Most rows of a later snapshot are the very same objects.
    const after = rows.filter((row) => this.#rows.get(row.uid) !== row);
    for (const row of after) before.push(...this.#set(row));
    return { before, after };
  }

  #set(row: Row): Row[] {
    const before = this.#remove(row.uid);
    this.#rows.set(row.uid, row);
    const key = this.#keyOf(row);
    const group = this.#groups.get(key);
    if (group) group.set(row.uid, row);
    else this.#groups.set(key, new Map([[row.uid, row]]));
    return before;
  }

  #remove(uid: string): Row[] {
    const row = this.#rows.get(uid);
    if (!row) return [];
    this.#rows.delete(uid);
    const key = this.#keyOf(row);
    const group = this.#groups.get(key);
    group?.delete(uid);
    if (group?.size === 0) this.#groups.delete(key);
    return [row];
  }
}
