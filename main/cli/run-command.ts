import { type RunState } from '../../preload/contract/index.ts';
import { type CommandOf } from './command.ts';
import { type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { showVerdict } from './show-verdict.ts';

/** `kpack-desktop run`: runs the newest built image on the engine, shows its log, and stops it with Ctrl-C. */
export async function run(command: CommandOf<'run'>, context: CommandContext): Promise<ExitCode> {
  const { client, terminal, words, style, json, signal } = context;
  await client.run.start({ ...command.image, port: command.port, env: command.env });
  let before: RunState | null = null;
  try {
    for await (const state of await client.run.watch(command.image, { signal })) {
      if (json) terminal.json({ type: 'run', ...state });
      else for (const line of news(before, state, context)) terminal.line(line);
      before = state;
      if (state.phase === 'stopped' || state.phase === 'failed') {
        if (state.verdict !== null && !json)
          for (const line of showVerdict(state.verdict, words, style)) terminal.line(line);
        return state.phase === 'failed' || (state.exitCode ?? 0) !== 0 ? exit.failed : exit.done;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await client.run.stop(command.image);
  if (!json) terminal.line(words.say('cli.run_stopped'));
  return exit.done;
}

/** What is new in a state, as lines. */
function news(before: RunState | null, state: RunState, { words, style }: CommandContext): string[] {
  const lines: string[] = [];
  if (before?.phase !== state.phase && state.phase === 'pulling')
    lines.push(words.say('cli.run_pulling', { image: state.image }));
  if (state.url !== '' && before?.url !== state.url)
    lines.push(style.strong(words.say('cli.run_url', { url: state.url })));
  if (state.answer !== null && (before?.answer ?? null) === null)
    lines.push(words.say('cli.run_answer', { status: state.answer.status, ms: Math.round(state.answer.ms) }));
  return [...lines, ...newLines(before?.log ?? [], state.log)];
}

/** The lines of `log` that are not in `before`; both are the newest lines of the same growing log. */
export function newLines(before: string[], log: string[]): string[] {
  for (let shift = 0; shift <= before.length; shift += 1) {
    const kept = before.slice(shift);
    if (kept.length <= log.length && kept.every((line, index) => line === log[index])) return log.slice(kept.length);
  }
  return log;
}
