import { constants, createReadStream, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BundleError } from './errors.ts';
import { indexTar, type TarMember } from './tar-index.ts';

/** The files of a bundle, be it a folder or a tar file. Names use `/` and are relative. */
export interface Members {
  /** Bytes of a file, null when there is none of that name. */
  size(name: string): Promise<number | null>;
  /** Content of a file, unverified. Throws BundleError `incomplete` when there is none. */
  read(name: string): Promise<Readable>;
  close(): Promise<void>;
}

/** Opens a bundle's folder or tar file. Throws BundleError `missing`, `unreadable`, `not-a-bundle`, `compressed`, `incomplete`. */
export async function openMembers(path: string): Promise<Members> {
  const found = await look(path);
  if (found.isDirectory()) return new FolderMembers(path);
  if (!found.isFile()) throw new BundleError('not-a-bundle', path, 'This is neither a folder nor a file');
  const file = await open(path, constants.O_RDONLY).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    return new TarMembers(file, await indexTar(file, found.size, path));
  } catch (error) {
    await file.close();
    throw error;
  }
}

class FolderMembers implements Members {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async size(name: string): Promise<number | null> {
    try {
      const found = await stat(join(this.#root, name));
      return found.isFile() ? found.size : null;
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
      throw unreadable(join(this.#root, name), error);
    }
  }

  async read(name: string): Promise<Readable> {
    const path = join(this.#root, name);
    const file = await open(path).catch((error: unknown) => {
      throw codeOf(error) === 'ENOENT' ? incomplete(name) : unreadable(path, error);
    });
    return file.createReadStream({ highWaterMark: chunk });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class TarMembers implements Members {
  readonly #file: FileHandle;
  readonly #members: ReadonlyMap<string, TarMember>;

  constructor(file: FileHandle, members: ReadonlyMap<string, TarMember>) {
    this.#file = file;
    this.#members = members;
  }

  size(name: string): Promise<number | null> {
    return Promise.resolve(this.#members.get(name)?.size ?? null);
  }

  read(name: string): Promise<Readable> {
    const member = this.#members.get(name);
    if (member === undefined) return Promise.reject(incomplete(name));
    if (member.size === 0) return Promise.resolve(Readable.from([]));
    const end = member.offset + member.size - 1;
    const options = { fd: this.#file.fd, autoClose: false, start: member.offset, end, highWaterMark: chunk };
    return Promise.resolve(createReadStream('', options));
  }

  /** Streams still being read end with an error. */
  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Large reads: a bundle is read from front to back, blob by blob. */
const chunk = 1024 * 1024;

async function look(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      throw new BundleError('missing', path, `There is no file or folder ${path}`, { cause: error });
    }
    throw unreadable(path, error);
  }
}

function incomplete(name: string): BundleError {
  return new BundleError('incomplete', name, `The bundle has no ${name}`);
}

function unreadable(path: string, cause: unknown): BundleError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new BundleError('unreadable', path, `${path} cannot be read: ${words}`, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
