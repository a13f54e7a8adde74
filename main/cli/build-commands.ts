import { type BuildRow } from '../../preload/contract/index.ts';
import { type CommandOf } from './command.ts';
import { type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { followBuild, printLog } from './follow-build.ts';
import { wholeList } from './live.ts';
import { table } from './table.ts';

/** `kpack-desktop build list`: newest first, recorded ones too. */
export async function listBuilds(command: CommandOf<'build list'>, context: CommandContext): Promise<ExitCode> {
  const { terminal, words, json } = context;
  const rows = await builds(command.image, context);
  if (json) for (const row of rows) terminal.json({ type: 'build', ...row });
  else if (rows.length === 0) terminal.line(words.say('cli.no_builds'));
  else {
    const cells = rows.map((row) => [
      String(row.number),
      row.state,
      row.reasons.join(','),
      row.commit.slice(0, 7),
      row.durationMs === null ? '' : words.duration(row.durationMs),
      row.cause === null ? row.digest : words.text(row.cause),
    ]);
    for (const line of table(
      ['BUILD', 'STATUS', 'REASON', 'COMMIT', 'TIME', 'RESULT'],
      cells,
      terminal.live ? terminal.columns : Infinity,
    ))
      terminal.line(line);
  }
  return exit.done;
}

/** `kpack-desktop build logs`: the archived log of the newest (or the named) build; `-f` follows it to its end. */
export async function buildLogs(command: CommandOf<'build logs'>, context: CommandContext): Promise<ExitCode> {
  if (command.follow)
    return followBuild({ image: command.image, number: command.build, times: command.times }, context);
  const rows = await builds(command.image, context);
  const row = rows.find((one) => command.build === null || one.number === command.build);
  if (row === undefined) {
    context.terminal.problem(context.words.say('cli.no_builds'));
    return exit.failed;
  }
  return printLog(row, command.times, context);
}

async function builds(
  image: CommandOf<'build list'>['image'],
  { client, signal }: CommandContext,
): Promise<BuildRow[]> {
  const rows = await wholeList(client.builds.watch(image, { signal }), (row: BuildRow) => row.uid);
  return rows.sort((a, b) => b.number - a.number);
}
