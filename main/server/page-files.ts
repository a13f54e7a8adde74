import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One file of the page. */
export interface PageFile {
  file: string;
  type: string;
  /** Its name holds a digest of its content, so that it never changes. */
  immutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

/**
 * The files of the built page, listed once. Only what is in the list is ever opened: a path of a
 * request is looked up as text and never becomes a path on the disk, so `..` leads nowhere.
 */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;

  private constructor(files: ReadonlyMap<string, PageFile>) {
    this.#files = files;
  }

  /** Lists `folder`. Throws when the page was not built (no index.html). */
  static async list(folder: string): Promise<PageFiles> {
    const files = new Map<string, PageFile>();
    for (const name of await namesIn(folder, '')) {
      const type = types[path.extname(name)] ?? 'application/octet-stream';
      files.set(`/${name}`, { file: path.join(folder, name), type, immutable: name.startsWith('assets/') });
    }
    const index = files.get('/index.html');
    if (index === undefined) throw new Error(`There is no page in ${folder}.`);
    files.set('/', index);
    return new PageFiles(files);
  }

  /** The file of a request's path, percent-encoded as it came, or null. */
  find(pathname: string): PageFile | null {
    return this.#files.get(pathname) ?? null;
  }

  /** Its content, or null when it has gone since (the page was built again). */
  async read(file: PageFile): Promise<Buffer<ArrayBuffer> | null> {
    return readFile(file.file).catch(() => null);
  }
}

async function namesIn(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, prefix), { withFileTypes: true });
  const names = entries.map(async (entry) => {
    const name = `${prefix}${entry.name}`;
    return entry.isDirectory() ? namesIn(folder, `${name}/`) : entry.isFile() ? [name] : [];
  });
  return (await Promise.all(names)).flat();
}
