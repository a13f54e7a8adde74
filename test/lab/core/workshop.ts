import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, utimes } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { labFolder } from './paths.ts';

/** A folder of the cache that can be had: from an earlier run, or by making it now. */
export interface Product {
  readonly name: string;
  /** Changes exactly when something that goes into the product changes. */
  readonly key: string;
  /** Where it lies. Makes it first if it is not there; asked twice, it is made once. */
  folder(): Promise<string>;
  /** Whether `folder()` would have nothing to do. */
  ready(): boolean;
}

export type Log = (line: string) => void;

const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

/** Fingerprint of files and folders of test/lab, to be used as an input of a product. */
export function sources(...paths: readonly string[]): string {
  const files = (path: string): string[] =>
    statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .flatMap((name) => files(join(path, name)))
      : path.endsWith('.test.ts')
        ? []
        : [path];
  return hash(
    paths
      .flatMap((path) => files(join(labFolder, path)))
      .map((file) => `${relative(labFolder, file)} ${hash(readFileSync(file))}`)
      .join('\n'),
  );
}

/** How long something took, as people say it. */
export function seconds(since: number): string {
  const s = (Date.now() - since) / 1000;
  return s < 100 ? `${s.toFixed(1)} s` : `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

/**
 * The content-keyed cache. A product is made in a folder beside its place and renamed when complete: what stands under a final
 * name is always whole, and a run that was killed leaves nothing but a folder that the next one removes.
 */
export class Workshop {
  readonly #root: string;
  readonly #log: Log;

  constructor(root: string, log: Log) {
    this.#root = root;
    this.#log = log;
  }

  get root(): string {
    return this.#root;
  }

  /** Declares a product. Nothing happens until its folder is asked for. */
  product(name: string, inputs: readonly (string | Product)[], make: (folder: string) => Promise<void>): Product {
    const key = hash(
      JSON.stringify([name, ...inputs.map((input) => (typeof input === 'string' ? input : input.key))]),
    ).slice(0, 16);
    const place = join(this.#root, `${name}-${key}`);
    let made: Promise<string> | undefined;
    return {
      name,
      key,
      ready: () => existsSync(place),
      folder: () => (made ??= this.#ensure(name, place, make)),
    };
  }

  /** Times one piece of work and says so. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const since = Date.now();
    this.#log(`  … ${name}`);
    const result = await work();
    this.#log(`  ✓ ${name}  ${seconds(since)}`);
    return result;
  }

  async #ensure(name: string, place: string, make: (folder: string) => Promise<void>): Promise<string> {
    if (existsSync(place)) {
      await utimes(place, new Date(), new Date()); // so that tidying up can tell what is in use
      this.#log(`  ✓ ${name}  cached`);
      return place;
    }
    await this.step(name, async () => {
      // A name per process: what a killed run started (debootstrap, a compiler) may still be writing to its folder.
      const unfinished = `${place}.unfinished-${process.pid}`;
      await mkdir(unfinished, { recursive: true });
      await make(unfinished);
      await rename(unfinished, place);
    });
    await this.#tidy(name);
    return place;
  }

  /** Keeps the two newest of a product, one per branch somebody goes back and forth between, and nothing unfinished. */
  async #tidy(name: string): Promise<void> {
    const pattern = new RegExp(`^${name}-[0-9a-f]{16}(\\.unfinished-\\d+)?$`);
    const all = (await readdir(this.#root)).filter((entry) => pattern.test(entry));
    const whole = all.filter((entry) => !entry.includes('.')).map((entry) => join(this.#root, entry));
    const old = whole.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs).slice(2);
    const unfinished = all.filter((entry) => entry.includes('.')).map((entry) => join(this.#root, entry));
    for (const folder of [...old, ...unfinished]) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined); // still written to: next time, then
    }
  }
}
