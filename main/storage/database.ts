import { DatabaseSync } from 'node:sqlite';

/** Each entry brings the database from the version of its index to the next one. Never change one that was released. */
const migrations = [
  `CREATE TABLE build_records (
     uid TEXT PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, image TEXT NOT NULL, number INTEGER NOT NULL,
     row TEXT NOT NULL, detail TEXT NOT NULL, created_at INTEGER NOT NULL);
   CREATE INDEX build_records_by_image ON build_records (namespace, image, created_at DESC);
   CREATE TABLE durations (kind TEXT NOT NULL, key TEXT NOT NULL, step TEXT NOT NULL, ms INTEGER NOT NULL, at INTEGER NOT NULL);
   CREATE INDEX durations_by_step ON durations (kind, key, step, at DESC);`,
];

/** Opens (and makes or upgrades) the database. Throws when the file was written by a newer version. */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  // WAL: readers do not wait for the writer, and a killed process leaves a whole database.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
  const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
  const version = typeof found === 'number' ? found : 0;
  if (version > migrations.length) throw new Error(`${file} was written by a newer version of kpack Desktop`);
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${migration} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
  return database;
}
