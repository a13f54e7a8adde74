import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const resolvedImage = z.object({
  /** Descriptor of the manifest for the platform. */
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  /** Digest of the index the tag pointed at, null when it pointed at an image. */
  indexDigest: z.string().nullable(),
  resolvedAt: z.string(),
});
export type ResolvedImage = z.infer<typeof resolvedImage>;

const resolvedFile = z.object({ sha256: z.string(), checksumFrom: z.string(), resolvedAt: z.string() });
export type ResolvedFile = z.infer<typeof resolvedFile>;

const schema = z.object({
  images: z.record(z.string(), resolvedImage).default({}),
  files: z.record(z.string(), resolvedFile).default({}),
});
type Content = z.infer<typeof schema>;

/**
 * What versions and tags turned out to be, in a file: with it a later run gets the same content, needs no server for
 * what it has, and people can see what was installed. Losing the file costs a few requests.
 */
export class ResolvedRecord {
  readonly #path: string;
  #content: Promise<Content> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async image(name: string, platform: string): Promise<ResolvedImage | null> {
    return (await this.#read()).images[`${name} ${platform}`] ?? null;
  }

  async setImage(name: string, platform: string, image: ResolvedImage): Promise<void> {
    (await this.#read()).images[`${name} ${platform}`] = image;
    await this.#write();
  }

  /** What was recorded for a download's address. */
  async file(url: string): Promise<ResolvedFile | null> {
    return (await this.#read()).files[url] ?? null;
  }

  async setFile(url: string, file: ResolvedFile): Promise<void> {
    (await this.#read()).files[url] = file;
    await this.#write();
  }

  #read(): Promise<Content> {
    this.#content ??= load(this.#path);
    return this.#content;
  }

  /** One write after the other, each with all that is known by then. */
  async #write(): Promise<void> {
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        const text = JSON.stringify(await this.#read(), null, 2);
        await mkdir(dirname(this.#path), { recursive: true });
        await writeFile(`${this.#path}.new`, `${text}\n`);
        await rename(`${this.#path}.new`, this.#path);
      });
    await this.#writing;
  }
}

async function load(path: string): Promise<Content> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return { images: {}, files: {} };
  }
}
