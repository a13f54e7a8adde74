import { withoutEscapes } from './escapes.ts';

/**
 * Finds the lines that hold a text, whatever its case, in pieces of whole entries. The times of the
 * entries are not searched, and escape sequences do not stand in the way.
 */
export class LineSearch {
  readonly #needle: string;
  readonly #encoding: 'latin1' | 'utf8';
  #line = 0;

  constructor(query: string) {
    this.#needle = query.toLowerCase();
    // ASCII bytes mean the same in both, and taking bytes as characters is several times faster.
    this.#encoding = /^[\x20-\x7e\t]*$/.test(query) ? 'latin1' : 'utf8';
  }

  /** Numbers of the lines of the next piece that hold the text, at most `limit`. */
  piece(region: Buffer, limit: number): number[] {
    // Line ends are neither added nor removed by any of this, so counting them gives the line's number.
    const text = withoutEscapes(region.toString(this.#encoding)).toLowerCase();
    const found: number[] = [];
    let line = this.#line;
    let counted = 0;
    for (let at = text.indexOf(this.#needle); at !== -1 && found.length < limit;) {
      const start = text.lastIndexOf('\n', at - 1) + 1;
      const textStart = text.indexOf(' ', start) + 1;
      if (at < textStart) {
        at = text.indexOf(this.#needle, textStart);
        continue;
      }
      line += countLineEnds(text, counted, start);
      counted = start;
      found.push(line);
      const end = text.indexOf('\n', at);
      at = end === -1 ? -1 : text.indexOf(this.#needle, end + 1);
    }
    this.#line = line + countLineEnds(text, counted, text.length);
    return found;
  }
}

function countLineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
