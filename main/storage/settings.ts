import { readFile, rename } from 'node:fs/promises';
import { settings as schema } from '../../preload/contract/app.ts';
import type { Settings } from '../../preload/contract/index.ts';
import { writeAtomic } from './files.ts';

const defaults: Settings = { language: 'system', theme: 'system' };

/** The user's settings. A file that cannot be read is kept aside, and the defaults are used. */
export class SettingsStore {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async load(): Promise<Settings> {
    let content: string;
    try {
      content = await readFile(this.#file, 'utf8');
    } catch {
      return defaults;
    }
    try {
      const { settings } = JSON.parse(content) as { settings: unknown };
      return schema.parse(settings);
    } catch {
      await rename(this.#file, `${this.#file}.broken`);
      return defaults;
    }
  }

  async save(settings: Settings): Promise<Settings> {
    await writeAtomic(this.#file, `${JSON.stringify({ version: 1, settings }, null, 2)}\n`, 0o600);
    return settings;
  }
}
