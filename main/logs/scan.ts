import type { FileHandle } from 'node:fs/promises';

/**
 * Reads a part of a file in pieces that end at line ends. Memory: one piece, or the longest line. Each
 * piece is only valid until the next is asked for. What follows the last line end is left out.
 */
export async function* wholeLines(
  file: FileHandle,
  from: number,
  to: number,
  pieceSize = 1 << 20,
): AsyncGenerator<Buffer, void, undefined> {
  let buffer = Buffer.allocUnsafe(pieceSize);
  let kept = 0;
  let at = from;
  while (at < to) {
    if (kept === buffer.length) {
      const larger = Buffer.allocUnsafe(buffer.length * 2);
      buffer.copy(larger, 0, 0, kept);
      buffer = larger;
    }
    const { bytesRead } = await file.read(buffer, kept, Math.min(buffer.length - kept, to - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    const filled = kept + bytesRead;
    const end = buffer.lastIndexOf(10, filled - 1) + 1;
    if (end > 0) yield buffer.subarray(0, end);
    buffer.copyWithin(0, end, filled);
    kept = filled - end;
  }
}
