// Built from character codes: control characters in a regular expression literal are too easy to miss.
const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);

/**
 * ECMA-48 sequences: CSI (`ESC [ … letter`), OSC and its like (`ESC ] … BEL or ESC \`), and escapes of
 * two characters. None of them reaches over a line end.
 */
const sequence = new RegExp(
  `${ESC}\\[[\\x20-\\x3f]*[\\x40-\\x7e]?|${ESC}[\\]PX^_][^${BEL}${ESC}\\n]*(?:${BEL}|${ESC}\\\\)?|${ESC}[\\x20-\\x7e]?`,
  'g',
);

/** Text as it would be seen, without colours. */
export function withoutEscapes(text: string): string {
  return text.includes(ESC) ? text.replaceAll(sequence, '') : text;
}
