import { type FileHandle, open } from 'node:fs/promises';

/** Lines from one record to the next. */
export const linesPerRecord = 64;
const recordSize = 16;
const magic = 0x4b44;

/** What was before line `64 × record number` of a log file. */
export interface IndexRecord {
  /** Where that line begins, bytes. */
  readonly offset: number;
  readonly warnings: number;
  readonly errors: number;
}

/** Records as bytes: offset (6), magic (2), warnings (4), errors (4), little-endian. */
export function encodeRecords(records: readonly IndexRecord[]): Buffer {
  const bytes = Buffer.alloc(records.length * recordSize);
  records.forEach((record, index) => {
    const at = index * recordSize;
    bytes.writeUIntLE(record.offset, at, 6);
    bytes.writeUInt16LE(magic, at + 6);
    bytes.writeUInt32LE(record.warnings, at + 8);
    bytes.writeUInt32LE(record.errors, at + 12);
  });
  return bytes;
}

function decodeRecord(bytes: Buffer): IndexRecord | null {
  if (bytes.length < recordSize || bytes.readUInt16LE(6) !== magic) return null;
  return { offset: bytes.readUIntLE(0, 6), warnings: bytes.readUInt32LE(8), errors: bytes.readUInt32LE(12) };
}

/**
 * The newest record at or before number `wanted` that fits the log file of `size` bytes, with its
 * number. The index can be missing, behind the log (it is written after it) or damaged: it only saves
 * reading, so anything odd in it is passed over.
 */
export async function findRecord(
  indexFile: string,
  log: FileHandle,
  size: number,
  wanted: number,
): Promise<{ number: number; record: IndexRecord }> {
  const start = { number: 0, record: { offset: 0, warnings: 0, errors: 0 } };
  const index = await open(indexFile, 'r').catch(() => null);
  if (!index) return start;
  try {
    const { size: indexSize } = await index.stat();
    let number = Math.min(wanted, Math.floor(indexSize / recordSize) - 1);
    const bytes = Buffer.alloc(recordSize);
    for (; number > 0; number -= 1) {
      const { bytesRead } = await index.read(bytes, 0, recordSize, number * recordSize);
      const record = decodeRecord(bytes.subarray(0, bytesRead));
      if (record && (await beginsLine(log, record.offset, size))) return { number, record };
    }
    return start;
  } finally {
    await index.close();
  }
}

async function beginsLine(log: FileHandle, offset: number, size: number): Promise<boolean> {
  if (offset <= 0 || offset > size) return false;
  const { bytesRead, buffer } = await log.read(Buffer.alloc(1), 0, 1, offset - 1);
  return bytesRead === 1 && buffer[0] === 10;
}

/** Bytes of an index with `count` records. */
export function indexSize(count: number): number {
  return count * recordSize;
}
