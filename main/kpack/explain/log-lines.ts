/** One line of a step's log. `number` is the line's number as the page shows it, from 1. */
export interface LineFact {
  readonly number: number;
  readonly text: string;
}

/** What the log says about a failure: the line that names the cause, and up to five lines that prove it. */
export interface LogFinding {
  readonly cause: string;
  readonly evidence: readonly LineFact[];
}

const ansi = new RegExp(
  `[${String.fromCodePoint(0x1b)}${String.fromCodePoint(0x9b)}][[\\]()#;?]*(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-PRZcf-ntqry=><~]`,
  'gu',
);

/** The text without colours and other terminal controls. */
export function stripAnsi(text: string): string {
  return text.replaceAll(ansi, '').trimEnd();
}

/** Words of the lifecycle and of build tools that only repeat that something failed. */
const empty = [
  /^ERROR: failed to \w+: exit status \d+$/,
  /^ERROR: failed to (detect|build|export|analyze|restore)\b/,
  /BUILD FAILURE/,
  /\[Help \d+\]/,
  /re-run Maven/i,
  /full (debug|stack)/i,
  /complete log of this run/i,
  /^\s*npm (ERR!|error) code \w+$/i,
  /^\s*\[?ERROR\]?\s*$/,
];

const marker =
  /^\s*(?:\[?(?:ERROR|FATAL|SEVERE)\]?\b|error(?:\[\w+\])?:|npm (?:ERR!|error)|panic:|fatal:|E:\s|Exception in thread|Traceback)/i;
const location = /[\w./-]+\.\w+(?::\d+|:?\[\d+|\(\d+[,)])/;
/** `./main.go:7:2: undefined: foo`: compilers that print no word like ERROR. */
const leadingLocation = /^\s*[\w./-]+\.\w+:\d+/;
const trouble =
  /\b(?:failed|failure|fails|cannot|can't|could not|unable|not found|undefined|missing|no such|denied|refused|unexpected|killed|exception|error)\b/i;
const warning = /^\s*\[?WARN(?:ING)?\]?/i;

/** How much a line looks like the cause of a failure; 0 means not at all. */
function weight(text: string): number {
  if (text.trim() === '' || warning.test(text) || empty.some((pattern) => pattern.test(text))) return 0;
  const troubled = trouble.test(text);
  const marked = marker.test(text) || (troubled && leadingLocation.test(text));
  return (marked ? 3 : 0) + (marked && location.test(text) ? 2 : 0) + (troubled ? 2 : 0);
}

/**
 * Looks for the cause of a failure at the end of a step's log. Tools print their real error some
 * lines before the end, and what follows only repeats that there was one, so the heaviest line wins;
 * of equal ones the first, since later errors tend to follow from it. Null when no line tells anything.
 */
export function findCause(lines: readonly LineFact[]): LogFinding | null {
  const plain = lines.map((line) => ({ number: line.number, text: stripAnsi(line.text) }));
  const weighed = plain.map((line) => ({ line, weight: weight(line.text) })).filter((each) => each.weight >= 3);
  const best = weighed.reduce<(typeof weighed)[number] | null>(
    (top, each) => (top === null || each.weight > top.weight ? each : top),
    null,
  );
  if (!best) return null;
  const around = weighed.filter((each) => Math.abs(each.line.number - best.line.number) <= 10).map((each) => each.line);
  const kept = new Set([best.line, ...around.slice(0, 4)]);
  return { cause: bare(best.line.text), evidence: plain.filter((line) => kept.has(line)) };
}

/** The last lines that say anything, for when none of them names a cause. */
export function lastLines(lines: readonly LineFact[], count: number): LineFact[] {
  return lines
    .map((line) => ({ number: line.number, text: stripAnsi(line.text) }))
    .filter((line) => line.text.trim() !== '')
    .slice(-count);
}

/** The line without the tool's level marks, short enough for a headline. */
function bare(text: string): string {
  const words = text.replace(/^\s*(?:\[(?:ERROR|FATAL|SEVERE)\]|ERROR:?|npm (?:ERR!|error)|fatal:)\s*/i, '').trim();
  return words.length > 200 ? `${words.slice(0, 199)}…` : words;
}
