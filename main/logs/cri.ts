import { textStart } from './entry.ts';

const stdout = Buffer.from('stdout ');
const stderr = Buffer.from('stderr ');

/**
 * Turns lines of a container runtime's log file (`time stdout P|F text`) into entries. Lines over
 * 16 KiB are there in parts, `P … P F`, and become one entry with the time of the first, as the API
 * gives them. Source: https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/logs/logs.go
 */
export class CriReader {
  #parts: Buffer[] = [];

  /** The entry that this line completes; null for a part of one or for what is no line of such a file. */
  take(line: Buffer): Buffer | null {
    const stream = textStart(line);
    if (stream === -1) return null;
    const rest = line.subarray(stream);
    if (!startsWith(rest, stdout) && !startsWith(rest, stderr)) return null;
    const tagAt = stream + stdout.length;
    const tagEnd = line.indexOf(0x20, tagAt);
    const text = tagEnd === -1 ? Buffer.alloc(0) : line.subarray(tagEnd + 1);
    // Tags may be joined by colons; the first says whether the line is whole.
    const partial = line[tagAt] === 0x50;
    if (this.#parts.length === 0) this.#parts.push(apiTime(line.subarray(0, stream)));
    this.#parts.push(Buffer.from(text));
    return partial ? null : this.#join();
  }

  /** The beginning of a line whose end has not come; empty when there is none. */
  rest(): Buffer {
    return this.#join();
  }

  #join(): Buffer {
    const entry = Buffer.concat(this.#parts);
    this.#parts = [];
    return entry;
  }
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.length >= start.length && bytes.compare(start, 0, start.length, 0, start.length) === 0;
}

/** The API writes nine decimals, the runtime cuts zeros at the end. `time` ends with a space. */
function apiTime(time: Buffer): Buffer {
  const text = time.toString('latin1');
  const match = /^(.{19})(?:\.(\d+))?(.*)$/.exec(text);
  return match ? Buffer.from(`${match[1]}.${(match[2] ?? '').padEnd(9, '0')}${match[3]}`, 'latin1') : time;
}
