import type { DatabaseSync } from 'node:sqlite';

/** How long things took on this machine, so that the next time can say how long it will take. */
export class Durations {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Remembers milliseconds of one step: `key` is "bundle" or "internet" for setup, `namespace/image` for a build. */
  add(kind: 'setup' | 'build', key: string, step: string, ms: number): void {
    this.#database
      .prepare('INSERT INTO durations (kind, key, step, ms, at) VALUES (?, ?, ?, ?, ?)')
      .run(kind, key, step, Math.round(ms), Date.now());
  }

  /** Median of the last five times in milliseconds, null when it never ran. */
  expected(kind: 'setup' | 'build', key: string, step: string): number | null {
    const last = this.#database
      .prepare('SELECT ms FROM durations WHERE kind = ? AND key = ? AND step = ? ORDER BY at DESC LIMIT 5')
      .all(kind, key, step)
      .map((record) => Number(record['ms']))
      .sort((a, b) => a - b);
    return last[Math.floor(last.length / 2)] ?? null;
  }
}
