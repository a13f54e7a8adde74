import { type CommandOf } from './command.ts';
import { type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { followTask } from './follow-task.ts';

/** `kpack-desktop remove`: takes away what setup made; asks before the registry's data goes. */
export async function remove(command: CommandOf<'remove'>, context: CommandContext): Promise<ExitCode> {
  const { client, terminal, words, json, signal } = context;
  if (!command.yes) {
    if (!terminal.canAsk) {
      terminal.problem(words.say('cli.needs_yes'));
      return exit.usage;
    }
    const question = words.say(command.registryData ? 'cli.remove_all_question' : 'cli.remove_question');
    if (!(await terminal.confirm(question, signal))) {
      terminal.line(words.say('cli.nothing_changed'));
      return exit.cancelled;
    }
  }
  await client.setup.remove({ registryData: command.registryData });
  const { code, state } = await followTask(context);
  if (code === exit.done && !json) {
    terminal.line(
      words.say(
        state?.unchanged === true ? 'cli.remove_unchanged' : command.registryData ? 'cli.removed_all' : 'cli.removed',
      ),
    );
  }
  return code;
}
