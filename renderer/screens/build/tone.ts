import { withoutEscapes } from './ansi.ts';

/** Tools write the level in brackets or as the first word: `[WARNING]`, `ERROR:`, `npm warn`. */
const error = /\[(?:ERROR|FATAL)\]|^\s*(?:ERROR|FATAL|Error|fatal)\b/;
const warning = /\[WARN(?:ING)?\]|^\s*(?:WARN(?:ING)?|Warning)\b/;

/** How a log line is tinted. */
export function tone(line: string): 'plain' | 'warning' | 'error' {
  const text = withoutEscapes(line);
  if (error.test(text)) return 'error';
  return warning.test(text) ? 'warning' : 'plain';
}
