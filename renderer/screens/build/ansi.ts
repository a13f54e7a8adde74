/** A run of text that looks the same all through. */
export interface Span {
  readonly text: string;
  /** CSS class names for colour and weight, empty for plain text. */
  readonly classes: string;
}

interface Style {
  colour: string;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

const plain: Style = { colour: '', bold: false, dim: false, italic: false, underline: false };

/** SGR colour numbers that we draw; both brightness levels map to one readable colour of the theme. */
const colours: Readonly<Record<number, string>> = {
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'cyan',
  35: 'cyan',
  36: 'cyan',
  91: 'red',
  92: 'green',
  93: 'yellow',
  94: 'cyan',
  95: 'cyan',
  96: 'cyan',
};

/**
 * ECMA-48 sequences: CSI (`ESC [ … letter`), OSC (`ESC ] … BEL or ESC \`) and two-character escapes.
 * Everything but SGR is dropped: a log must never move the cursor, set titles or make links.
 */
// Built from character codes: control characters in a regular expression literal are too easy to miss.
const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const sequence = new RegExp(
  `${ESC}\\[([0-9;:]*)([\\x40-\\x7e])|${ESC}\\[[\\x20-\\x3f]*[\\x40-\\x7e]?|${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|${ESC}[\\x20-\\x7e]?`,
  'g',
);
/** C0 without tab and line feed, DEL and C1: Unicode's category "Cc". */
const controls = /(?![\t\n])\p{Cc}/gu;

/**
 * The runs of one log line. A carriage return starts the line over, as a terminal would, so that only
 * the last state of a progress bar is shown. Control characters are shown as U+FFFD.
 */
export function spans(line: string): Span[] {
  const result: Span[] = [];
  let style = plain;
  let at = 0;
  const shown = lastState(line);
  for (const match of shown.matchAll(sequence)) {
    push(result, shown.slice(at, match.index), style);
    at = match.index + match[0].length;
    if (match[2] === 'm') style = restyle(style, match[1] ?? '');
  }
  push(result, shown.slice(at), style);
  return result;
}

/** The line without escape sequences, for searching and copying. */
export function withoutEscapes(line: string): string {
  return lastState(line).replaceAll(sequence, '');
}

function lastState(line: string): string {
  const body = line.endsWith('\r') ? line.slice(0, -1) : line;
  return body.slice(body.lastIndexOf('\r') + 1);
}

function push(result: Span[], text: string, style: Style): void {
  if (text !== '') result.push({ text: text.replaceAll(controls, '\ufffd'), classes: classNames(style) });
}

function classNames(style: Style): string {
  return [
    style.colour === '' ? '' : `text-ansi-${style.colour}`,
    style.bold ? 'font-bold' : '',
    style.dim ? 'text-log-dim' : '',
    style.italic ? 'italic' : '',
    style.underline ? 'underline' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');
}

function restyle(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  let next = { ...style };
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      // 256 and true colours: skipped, they are rarely readable on both themes.
      i += codes[i + 1] === 2 ? 4 : 2;
    } else next = code === 0 ? plain : apply(next, code);
  }
  return next;
}

function apply(style: Style, code: number): Style {
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 39 || (code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
    return { ...style, colour: colours[code] ?? '' };
  }
  return style;
}
