import { type SetupState } from '../../preload/contract/index.ts';
import { type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { showChanges, showProgress } from './show-progress.ts';
import { showVerdict } from './show-verdict.ts';

/**
 * Shows the setup or removal that was just started until it has ended: drawn over on a terminal, a
 * line for each change elsewhere, one object a line with `--json`. Ctrl-C cancels it and waits for
 * its end, so that no half-made step stays behind.
 */
export async function followTask(context: CommandContext): Promise<{ code: ExitCode; state: SetupState | null }> {
  const { client, signal } = context;
  const cancel = (): void => {
    void client.setup.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  let last: SetupState | null = null;
  try {
    for await (const state of await client.setup.watch()) {
      show(last, state, context);
      last = state;
      if (state.phase !== 'running') break;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    context.terminal.keep();
  }
  return { code: last === null ? exit.failed : finish(last, context), state: last };
}

function show(before: SetupState | null, state: SetupState, { terminal, words, style, json }: CommandContext): void {
  if (json) terminal.json({ type: 'state', ...state });
  else if (terminal.live) terminal.draw(showProgress(state, words, style, terminal));
  else for (const line of showChanges(before, state, words)) terminal.line(line);
}

function finish(state: SetupState, { terminal, words, style, json }: CommandContext): ExitCode {
  const code = state.phase === 'done' ? exit.done : state.phase === 'cancelled' ? exit.cancelled : exit.failed;
  const { verdict } = state;
  if (json) {
    const headline = verdict === null ? null : words.text(verdict.headline);
    terminal.json({
      type: 'result',
      phase: state.phase,
      exitCode: code,
      unchanged: state.unchanged,
      elapsedMs: state.elapsedMs,
      failedStep: state.failedStep,
      headline,
    });
  } else if (state.phase === 'cancelled') {
    terminal.line(words.say('cli.cancelled'));
  } else if (verdict !== null) {
    for (const line of ['', ...showVerdict(verdict, words, style)]) terminal.line(line);
  }
  return code;
}
