import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One file of the page. */
export interface PageFile {
  content: Buffer<ArrayBuffer>;
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
 * The files of the built page, a few megabytes, read once. A path of a request is looked up as text and
 * never becomes a path on the disk, so `..` leads nowhere; and a page that is built anew meanwhile does
 * not mix with the one that is served.
 */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;

  private constructor(files: ReadonlyMap<string, PageFile>) {
    this.#files = files;
  }

  /** Reads `folder`. Throws (ENOENT) when the page was not built. */
  static async read(folder: string): Promise<PageFiles> {
    const files = new Map<string, PageFile>();
    const index = await readPageFile(folder, 'index.html');
    for (const name of await namesIn(folder, '')) files.set(`/${name}`, await readPageFile(folder, name));
    return new PageFiles(files.set('/index.html', index).set('/', index));
  }

  /** The file of a request's path, percent-encoded as it came, or null. */
  find(pathname: string): PageFile | null {
    return this.#files.get(pathname) ?? null;
  }
}

async function readPageFile(folder: string, name: string): Promise<PageFile> {
  const content = await readFile(path.join(folder, name));
  return {
    content,
    type: types[path.extname(name)] ?? 'application/octet-stream',
    immutable: name.startsWith('assets/'),
  };
}

async function namesIn(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, prefix), { withFileTypes: true });
  const names = entries.map(async (entry) => {
    const name = `${prefix}${entry.name}`;
    return entry.isDirectory() ? namesIn(folder, `${name}/`) : entry.isFile() ? [name] : [];
  });
  return (await Promise.all(names)).flat();
}
