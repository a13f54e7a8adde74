import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';

const mark = z.discriminatedUnion('mark', [
  /** Lines may be missing before line `line`; times of the entries around it, empty where there is none. */
  z.object({ mark: z.literal('gap'), line: z.number(), after: z.string(), before: z.string() }),
  /** The clock of the node was put back here: times say nothing about the order any more. */
  z.object({ mark: z.literal('clock'), line: z.number() }),
  /** Nothing more will come. `newline`: the last line ended with one. `hash`: SHA-256 of the file. */
  z.object({
    mark: z.literal('complete'),
    at: z.number(),
    lines: z.number(),
    bytes: z.number(),
    warnings: z.number(),
    errors: z.number(),
    newline: z.boolean(),
    hash: z.string(),
  }),
]);
export type Mark = z.infer<typeof mark>;
export type CompleteMark = Extract<Mark, { mark: 'complete' }>;

export interface Marks {
  /** Line numbers, ascending, each once. */
  readonly gaps: readonly number[];
  readonly complete: CompleteMark | null;
  readonly clockPutBack: boolean;
}

/** Reads what was marked; a line that was cut off while it was written counts as not written. */
export async function readMarks(file: string): Promise<Marks> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const marks = text.split('\n').flatMap((line) => parseMark(line));
  const gaps = new Set(marks.flatMap((each) => (each.mark === 'gap' ? [each.line] : [])));
  return {
    gaps: [...gaps].sort((a, b) => a - b),
    complete: marks.findLast((each) => each.mark === 'complete') ?? null,
    clockPutBack: marks.some((each) => each.mark === 'clock'),
  };
}

function parseMark(line: string): Mark[] {
  try {
    const parsed = mark.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

/** Appends a mark and waits until it is on disk. */
export async function addMark(file: string, value: Mark): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    // A line end first: the line before may have been cut off.
    await handle.writeFile(`\n${JSON.stringify(value)}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
