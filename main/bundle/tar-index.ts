import type { FileHandle } from 'node:fs/promises';
import { BundleError } from './errors.ts';

/** Where a member's content lies in the tar file, in bytes. */
export interface TarMember {
  readonly offset: number;
  readonly size: number;
}

const block = 512;

/**
 * Finds every regular file of an uncompressed tar (ustar, GNU long names, PAX paths and sizes), reading only headers.
 * Names are without a leading `./`; of two members with one name the last counts, as tar itself does it.
 * Throws BundleError `not-a-bundle` (no tar), `compressed`, `incomplete` (cut off).
 * Format: https://www.gnu.org/software/tar/manual/html_node/Standard.html, pax: POSIX.1-2001 pax(1).
 */
export async function indexTar(file: FileHandle, size: number, path: string): Promise<Map<string, TarMember>> {
  const members = new Map<string, TarMember>();
  let longName: string | null = null;
  let pax = new Map<string, string>();
  for (let offset = 0; offset + block <= size;) {
    const header = await readAt(file, offset, block);
    if (offset === 0) refuseOther(header, path);
    if (header.every((byte) => byte === 0)) return members;
    if (!checksumHolds(header)) throw new BundleError('corrupt', path, `The tar file is damaged at byte ${offset}`);
    const type = String.fromCharCode(header[156] ?? 0);
    const length = Number(pax.get('size') ?? number(header, 124, 12));
    const content = offset + block;
    if (content + length > size) throw new BundleError('incomplete', path, `The tar file is cut off at byte ${size}`);
    offset = content + Math.ceil(length / block) * block;
    if (type === 'L') {
      longName = text(await readAt(file, content, length), 0, length);
    } else if (type === 'x') {
      pax = paxRecords(await readAt(file, content, length));
    } else if (type !== 'g' && type !== 'K') {
      const name = pax.get('path') ?? longName ?? nameOf(header);
      if (type === '0' || type === '\0' || type === '7')
        members.set(name.replace(/^(?:\.\/)+/, ''), { offset: content, size: length });
      longName = null;
      pax = new Map();
    }
  }
  // Two empty blocks end a tar file. Without them the copy was broken off exactly between two members.
  throw new BundleError('incomplete', path, 'The tar file has no end mark');
}

function refuseOther(header: Buffer, path: string): void {
  const gzip = header[0] === 0x1f && header[1] === 0x8b;
  const zstd = header.readUInt32LE(0) === 0xfd2fb528;
  const xz = header.subarray(0, 6).toString('latin1') === '\xfd7zXZ\0';
  if (gzip || zstd || xz)
    throw new BundleError('compressed', path, 'The bundle is compressed; unpack it to a plain tar file');
  if (!checksumHolds(header)) throw new BundleError('not-a-bundle', path, 'This is not a tar file');
}

function checksumHolds(header: Buffer): boolean {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  return sum === number(header, 148, 8);
}

function nameOf(header: Buffer): string {
  const prefix = header.subarray(257, 262).toString('latin1') === 'ustar' ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return prefix === '' || header[263] === 0x20 ? name : `${prefix}/${name}`;
}

function text(buffer: Buffer, start: number, length: number): string {
  const field = buffer.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString('utf8');
}

/** Octal, or base 256 where the first bit is set (files of 8 GiB and more). */
function number(header: Buffer, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  const first = field[0] ?? 0;
  if ((first & 0x80) === 0) return Number.parseInt(text(field, 0, length).trim() || '0', 8);
  return field.subarray(1).reduce((value, byte) => value * 256 + byte, first & 0x7f);
}

/** `<length> <key>=<value>\n` records. */
function paxRecords(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.subarray(at, space).toString('latin1'));
    if (space < 0 || !Number.isInteger(length) || length <= 0) break;
    const record = data.subarray(space + 1, at + length - 1).toString('utf8');
    const equals = record.indexOf('=');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new BundleError('incomplete', '', 'The tar file became shorter while it was read');
    filled += bytesRead;
  }
  return buffer;
}
