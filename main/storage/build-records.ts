import type { DatabaseSync } from 'node:sqlite';
import type { BuildDetail, BuildRow } from '../../preload/contract/index.ts';

export interface BuildRecord {
  readonly row: BuildRow;
  readonly detail: BuildDetail;
}

/** What is known of every build ever seen. Outlives the builds in the cluster, of which kpack keeps ten. */
export class BuildRecords {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Writes the record of a build, or replaces it. */
  save(row: BuildRow, detail: BuildDetail): void {
    this.#database
      .prepare(
        'INSERT OR REPLACE INTO build_records (uid, namespace, name, image, number, row, detail, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        row.uid,
        row.namespace,
        row.name,
        row.image,
        row.number,
        JSON.stringify(row),
        JSON.stringify(detail),
        row.createdAt,
      );
  }

  get(uid: string): BuildRecord | null {
    return this.#read(this.#database.prepare('SELECT row, detail FROM build_records WHERE uid = ?').get(uid));
  }

  /** The newest build of that name. */
  byName(namespace: string, name: string): BuildRecord | null {
    return this.#read(
      this.#database
        .prepare(
          'SELECT row, detail FROM build_records WHERE namespace = ? AND name = ? ORDER BY created_at DESC LIMIT 1',
        )
        .get(namespace, name),
    );
  }

  /** Rows of the builds of one image, newest first. */
  forImage(namespace: string, image: string, limit = 200): BuildRow[] {
    return this.#database
      .prepare('SELECT row FROM build_records WHERE namespace = ? AND image = ? ORDER BY created_at DESC LIMIT ?')
      .all(namespace, image, limit)
      .map((record) => JSON.parse(String(record['row'])) as BuildRow);
  }

  #read(record: Record<string, unknown> | undefined): BuildRecord | null {
    if (record === undefined) return null;
    return {
      row: JSON.parse(String(record['row'])) as BuildRow,
      detail: JSON.parse(String(record['detail'])) as BuildDetail,
    };
  }
}
