import { textStart } from './entry.ts';
import { withoutEscapes } from './escapes.ts';

/** Any of the words: lines without one cost nothing more. */
const candidate = /ERROR|FATAL|Error|fatal|WARN|Warning/;
/** Tools write the level in brackets or as the first word. The page tints its lines by the same rule. */
const error = /\[(?:ERROR|FATAL)\]|^\s*(?:ERROR|FATAL|Error|fatal)\b/;
const warning = /\[WARN(?:ING)?\]|^\s*(?:WARN(?:ING)?|Warning)\b/;

export interface SevereLine {
  /** Where the line begins. */
  readonly at: number;
  readonly level: 'warning' | 'error';
}

/** The level of a line's text; null for a plain one. */
export function levelOf(text: string): SevereLine['level'] | null {
  const seen = withoutEscapes(text);
  if (error.test(seen)) return 'error';
  return warning.test(seen) ? 'warning' : null;
}

/** The lines with warnings and errors in a region of whole entries, in order. */
export function severeLines(region: Buffer): SevereLine[] {
  const found: SevereLine[] = [];
  // Bytes as characters: offsets stay, and the words are ASCII.
  const text = region.toString('latin1');
  const words = new RegExp(candidate, 'g');
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    const at = text.lastIndexOf('\n', match.index) + 1;
    const lineEnd = text.indexOf('\n', match.index);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const level = levelOf(text.slice(Math.max(textStart(region, at, end), at), end));
    if (level !== null) found.push({ at, level });
    words.lastIndex = end;
  }
  return found;
}
