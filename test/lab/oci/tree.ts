import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runBytes } from '../core/run.ts';
import { readTar, writeTar, type Entry } from './tar.ts';

export interface Owner {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** A file tree in memory, on its way to becoming a layer. */
export class Tree {
  readonly #entries = new Map<string, Entry>();

  directory(path: string, owner: Owner = {}): this {
    return this.#set(path, { type: 'directory', mode: 0o755, uid: 0, gid: 0, ...owner });
  }

  file(path: string, content: string | Buffer, owner: Owner = {}): this {
    return this.#set(path, { type: 'file', mode: 0o644, uid: 0, gid: 0, ...owner, data: Buffer.from(content) });
  }

  program(path: string, source: string): this {
    return this.file(path, readFileSync(source), { mode: 0o755 });
  }

  symlink(path: string, target: string): this {
    return this.#set(path, { type: 'symlink', mode: 0o777, uid: 0, gid: 0, target });
  }

  /** Copies a folder of the disk; files that may be executed there may be here. */
  copy(path: string, source: string): this {
    for (const name of readdirSync(source).sort()) {
      const from = join(source, name);
      const stat = statSync(from);
      if (stat.isDirectory()) this.copy(`${path}/${name}`, from);
      else this.file(`${path}/${name}`, readFileSync(from), { mode: stat.mode & 0o111 ? 0o755 : 0o644 });
    }
    return this;
  }

  /** Adds the files of Debian packages. Debian 12 packages still say /bin and /lib; here those are links into /usr. */
  async debs(files: readonly string[]): Promise<this> {
    for (const file of files) {
      for (const [path, entry] of readTar(await runBytes('dpkg-deb', ['--fsys-tarfile', file]))) {
        const place = this.#throughLinks(path);
        const there = this.#entries.get(place);
        if (entry.type === 'directory' && there) continue;
        const target =
          entry.type === 'hardlink' && entry.target
            ? this.#throughLinks(entry.target.replace(/^\.\//, ''))
            : entry.target;
        this.#set(place, target === undefined ? entry : { ...entry, target });
      }
    }
    return this;
  }

  /** Takes out everything at or below paths that match. */
  without(unwanted: (path: string, entry: Entry) => boolean): this {
    for (const [path, entry] of this.#entries) {
      if (!unwanted(path, entry)) continue;
      for (const other of this.#entries.keys())
        if (other === path || other.startsWith(`${path}/`)) this.#entries.delete(other);
    }
    return this;
  }

  /** Files below a folder, by name. */
  below(folder: string): [string, Entry][] {
    return [...this.#entries]
      .filter(([path, entry]) => path.startsWith(`${folder}/`) && entry.type === 'file')
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** The tree as an archive, sorted by name: a folder comes before what is in it. */
  toTar(): Buffer {
    return writeTar(new Map([...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1))));
  }

  #set(path: string, entry: Entry): this {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (parent && !this.#entries.has(parent)) this.directory(parent);
    this.#entries.set(path, entry);
    return this;
  }

  #throughLinks(path: string): string {
    const [top = '', ...rest] = path.split('/');
    const link = this.#entries.get(top);
    return link?.type === 'symlink' && rest.length > 0 ? [link.target, ...rest].join('/') : path;
  }
}
