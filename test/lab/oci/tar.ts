/** A tar archive as values: read from Debian packages, written as image layers. Owners and times are data here, so no root is needed. */
export interface Entry {
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Content of a file. */
  readonly data?: Buffer;
  /** Target of a link. */
  readonly target?: string;
}

const types: ReadonlyMap<string, Entry['type']> = new Map([
  ['0', 'file'],
  ['\0', 'file'],
  ['1', 'hardlink'],
  ['2', 'symlink'],
  ['5', 'directory'],
]);
const flags = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;

/** 1980-01-01T00:00:01Z, the time buildpacks give to everything: layers must not differ by when they were made. */
const fixedTime = 315532801;

const text = (block: Buffer, from: number, length: number) =>
  block.toString('utf8', from, from + length).replace(/\0.*$/s, '');
const octal = (block: Buffer, from: number, length: number) => parseInt(text(block, from, length).trim() || '0', 8);

/** Entries by path, without leading "./" or trailing "/". Knows what dpkg writes: ustar and GNU long names. */
export function readTar(archive: Buffer): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  let longName = '';
  let longTarget = '';
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const header = archive.subarray(at, at + 512);
    const size = octal(header, 124, 12);
    const data = archive.subarray(at + 512, at + 512 + size);
    const flag = text(header, 156, 1) || '\0';
    at += 512 + Math.ceil(size / 512) * 512;
    if (flag === 'L') longName = text(data, 0, size);
    else if (flag === 'K') longTarget = text(data, 0, size);
    else {
      const prefix = text(header, 257, 5) === 'ustar' && header[263] === 0x30 ? text(header, 345, 155) : '';
      const name = longName || (prefix ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100));
      const type = types.get(flag);
      if (!type) throw new Error(`tar entry ${name} is of a kind (${flag}) that no package of the lab has`);
      const target = longTarget || text(header, 157, 100);
      entries.set(name.replace(/^\.\/?/, '').replace(/\/$/, ''), {
        type,
        mode: octal(header, 100, 8) & 0o7777,
        uid: octal(header, 108, 8),
        gid: octal(header, 116, 8),
        ...(type === 'file' ? { data } : type === 'directory' ? {} : { target }),
      });
      longName = longTarget = '';
    }
  }
  entries.delete('');
  return entries;
}

function header(
  name: string,
  flag: string,
  size: number,
  entry: Pick<Entry, 'mode' | 'uid' | 'gid' | 'target'>,
): Buffer {
  const block = Buffer.alloc(512);
  const number = (value: number, at: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), at);
  block.write(name.slice(0, 100), 0);
  number(entry.mode, 100, 8);
  number(entry.uid, 108, 8);
  number(entry.gid, 116, 8);
  number(size, 124, 12);
  number(fixedTime, 136, 12);
  block.write(flag, 156);
  block.write((entry.target ?? '').slice(0, 100), 157);
  block.write('ustar  ', 257); // GNU's magic: the long names below are its invention
  block.write('        ', 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padded(data: Buffer): Buffer[] {
  const rest = data.length % 512;
  return rest === 0 ? [data] : [data, Buffer.alloc(512 - rest)];
}

/** The archive of these entries, in their order: the same entries always give the same bytes. */
export function writeTar(entries: ReadonlyMap<string, Entry>): Buffer {
  const parts: Buffer[] = [];
  const owner = { mode: 0o644, uid: 0, gid: 0 };
  const long = (flag: string, value: string) => {
    const data = Buffer.from(`${value}\0`);
    if (data.length > 100) parts.push(header('././@LongLink', flag, data.length, owner), ...padded(data));
  };
  for (const [path, entry] of entries) {
    const name = entry.type === 'directory' ? `${path}/` : path;
    long('K', entry.target ?? '');
    long('L', name);
    const data = entry.data ?? Buffer.alloc(0);
    parts.push(header(name, flags[entry.type], data.length, entry), ...padded(data));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
