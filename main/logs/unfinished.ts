import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { logName, type LogName } from '../../preload/contract/logs.ts';
import { writeAtomic } from '../storage/files.ts';
import type { LogArchive } from './archive.ts';
import { timeOf } from './entry.ts';
import type { LoggedPod } from './step-files.ts';

const note = z.object({ name: logName, pod: z.string() });

/**
 * Notes about pods whose logs are not whole, one small file each, so that a later process can close
 * the logs of pods that went while nobody looked, without reading through the whole archive.
 */
export class Unfinished {
  readonly #archive: LogArchive;
  readonly #folder: string;
  readonly #noted = new Set<string>();

  constructor(archive: LogArchive) {
    this.#archive = archive;
    this.#folder = path.join(archive.root, '.unfinished');
  }

  async add(name: LogName, pod: string): Promise<void> {
    if (this.#noted.has(pod)) return;
    this.#noted.add(pod);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeAtomic(path.join(this.#folder, pod), JSON.stringify({ name, pod }), 0o600);
  }

  async remove(pod: string): Promise<void> {
    this.#noted.delete(pod);
    await rm(path.join(this.#folder, pod), { force: true });
  }

  /**
   * Closes what an earlier process noted of pods that are gone, with a mark that lines may be missing.
   * Pods that are still there are left to whoever observes them. Errors: what `isGone` fails with.
   */
  async closeGone(isGone: (namespace: string, pod: LoggedPod) => Promise<boolean>): Promise<void> {
    for (const file of await readdir(this.#folder).catch(() => [])) {
      if (this.#noted.has(file)) continue;
      const parsed = note.safeParse(await readJson(path.join(this.#folder, file)));
      const begun = parsed.success ? await this.#archive.begun(parsed.data.name, parsed.data.pod) : [];
      const pod = begun[0]?.pod;
      if (parsed.success && pod) {
        if (!(await isGone(parsed.data.name.namespace, pod)) || this.#noted.has(file)) continue;
        for (const { container } of begun) await this.#close(parsed.data.name, pod, container);
      }
      await this.remove(file);
    }
  }

  async #close(name: LogName, pod: LoggedPod, container: string): Promise<void> {
    if (await this.#archive.isComplete(name, pod.uid, container)) return;
    const writer = await this.#archive.open(name, pod, container);
    const last = await writer.last();
    await writer.gap(last ? timeOf(last) : '', '');
    await writer.finish(true);
    await this.#archive.release(writer);
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}
