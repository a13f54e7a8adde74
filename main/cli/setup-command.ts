import { type SetupPlan } from '../../preload/contract/index.ts';
import { type CommandOf } from './command.ts';
import { type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { followTask } from './follow-task.ts';
import { showCheck, showPlan } from './show-plan.ts';

/** `kpack-desktop setup`: shows the plan, asks, and sets the machine up. */
export async function setup(command: CommandOf<'setup'>, context: CommandContext): Promise<ExitCode> {
  const { client, terminal, words, style, json, signal } = context;
  const plan = await client.setup.plan(command.options, { signal });
  if (json) terminal.json({ type: 'plan', ...plan });
  if (plan.complete) {
    if (json)
      terminal.json({
        type: 'result',
        phase: 'done',
        exitCode: exit.done,
        unchanged: true,
        elapsedMs: 0,
        failedStep: null,
        headline: null,
      });
    else terminal.line(words.say('cli.setup_unchanged', { address: `${plan.options.address}:${plan.options.port}` }));
    return exit.done;
  }
  if (!json) for (const line of showPlan(plan, words, style)) terminal.line(line);
  if (!plan.ready) return notReady(plan, context);
  if (!command.yes) {
    if (!terminal.canAsk) {
      terminal.problem(words.say('cli.needs_yes'));
      return exit.usage;
    }
    terminal.line();
    if (!(await terminal.confirm(words.say('cli.setup_question'), signal))) {
      terminal.line(words.say('cli.nothing_changed'));
      return exit.cancelled;
    }
  }
  await client.setup.start(plan.options);
  const { code, state } = await followTask(context);
  if (code === exit.done && !json) {
    const { address, port } = plan.options;
    const duration = words.duration(state?.elapsedMs ?? 0);
    for (const line of [
      '',
      style.strong(words.say('cli.setup_done', { duration })),
      words.say('cli.setup_next', { address: `${address}:${port}` }),
    ]) {
      terminal.line(line);
    }
  }
  return code;
}

function notReady(plan: SetupPlan, { terminal, words, style, json }: CommandContext): ExitCode {
  const failed = plan.checks.filter((check) => check.state === 'failed');
  if (json) {
    const [first] = failed;
    const headline = first === undefined ? null : words.text(first.cause ?? first.title);
    terminal.json({
      type: 'result',
      phase: 'failed',
      exitCode: exit.failed,
      unchanged: true,
      elapsedMs: 0,
      failedStep: null,
      headline,
    });
    return exit.failed;
  }
  terminal.line();
  terminal.problem(words.say('cli.not_ready', { count: failed.length }));
  for (const line of failed.flatMap((check) => showCheck(check, words, style))) terminal.problem(line);
  for (const choice of plan.engineChoices) terminal.problem(`  → ${words.program} setup --install-engine ${choice}`);
  return exit.failed;
}
