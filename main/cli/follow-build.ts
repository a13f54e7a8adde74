import { stripVTControlCharacters } from 'node:util';
import { type BuildDetail, type BuildRow, type LogName, type ObjectName } from '../../preload/contract/index.ts';
import { type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { showVerdict } from './show-verdict.ts';

const linesAtOnce = 1000;

export interface FollowedBuild {
  image: ObjectName;
  /** null: the newest, or the first when there is none yet. */
  number: number | null;
  times: boolean;
}

/** Prints the log of a build while it runs, step by step, and its end. 0 when the build succeeded. */
export async function followBuild(followed: FollowedBuild, context: CommandContext): Promise<ExitCode> {
  const { client, terminal, words, style, json, signal } = context;
  const row = await appearing(followed, context);
  if (row === null) return exit.failed;
  const log: LogName = { namespace: row.namespace, build: row.name, uid: row.uid };
  const printed = new Map<string, number>();
  // The archive says when every step is whole; a build that never got a pod has no steps: its end counts.
  const ended = new AbortController();
  const detail = lastDetail(row, context).finally(() => ended.abort());
  try {
    for await (const { steps } of await client.logs.watch(log, { signal: AbortSignal.any([signal, ended.signal]) })) {
      for (const { step, lines } of steps) await print(log, step, lines, printed, followed.times, context);
      if (steps.length > 0 && steps.every((step) => step.complete)) break;
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  }
  const result = await detail;
  await printRest(log, printed, followed.times, context);
  if (json) terminal.json({ type: 'build', ...result.row });
  else if (result.verdict !== null)
    for (const line of ['', ...showVerdict(result.verdict, words, style)]) terminal.line(line);
  else
    terminal.line(
      `${style.good('✓')} ${words.say('cli.build_done', { number: row.number, image: result.row.digest, duration: words.duration(result.row.durationMs ?? 0) })}`,
    );
  return result.row.state === 'succeeded' ? exit.done : exit.failed;
}

/** Prints what the archive holds of a build, without waiting for more. */
export async function printLog(row: BuildRow, times: boolean, context: CommandContext): Promise<ExitCode> {
  await printRest({ namespace: row.namespace, build: row.name, uid: row.uid }, new Map(), times, context);
  return exit.done;
}

/** Waits for the build to appear in the list of its image. */
async function appearing(
  { image, number }: FollowedBuild,
  { client, signal }: CommandContext,
): Promise<BuildRow | null> {
  for await (const message of await client.builds.watch(image, { signal })) {
    const rows = message.type === 'snapshot' ? message.rows : message.upserts;
    const fitting = rows.filter((row) => number === null || row.number === number).sort((a, b) => b.number - a.number);
    if (fitting[0] !== undefined) return fitting[0];
  }
  return null;
}

/** The build when it has ended and everything is known. */
async function lastDetail(row: BuildRow, { client, signal }: CommandContext): Promise<BuildDetail> {
  let last: BuildDetail | null = null;
  for await (const detail of await client.builds.watchOne({ namespace: row.namespace, name: row.name }, { signal })) {
    last = detail;
    if (detail.row.finishedAt !== null && detail.row.state !== 'running') break;
  }
  if (last === null) throw new Error('The build ended without a word.');
  return last;
}

async function printRest(
  log: LogName,
  printed: Map<string, number>,
  times: boolean,
  context: CommandContext,
): Promise<void> {
  for await (const { steps } of await context.client.logs.watch(log, { signal: context.signal })) {
    for (const { step, lines } of steps) await print(log, step, lines, printed, times, context);
    break;
  }
}

async function print(
  log: LogName,
  step: string,
  until: number,
  printed: Map<string, number>,
  times: boolean,
  context: CommandContext,
): Promise<void> {
  const { client, terminal, json, style, signal } = context;
  if (!printed.has(step) && until > 0 && !json) terminal.line(style.strong(`[${step}]`));
  for (let from = printed.get(step) ?? 0; from < until;) {
    const { lines } = await client.logs.lines(
      { ...log, step, from, count: Math.min(linesAtOnce, until - from) },
      { signal },
    );
    if (lines.length === 0) break;
    for (const { at, text, index } of lines) {
      if (json) terminal.json({ type: 'line', step, index, at, text });
      else {
        // Buildpacks colour their output; in a file the colours would only be in the way.
        const shown = terminal.colours ? text : stripVTControlCharacters(text);
        terminal.line(times ? `${at} ${shown}` : shown);
      }
    }
    from += lines.length;
    printed.set(step, from);
  }
}
