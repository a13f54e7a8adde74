import { type MachineStatus } from '../../preload/contract/index.ts';
import { type CommandContext } from './context.ts';
import { exit, type ExitCode } from './exit.ts';
import { type Style } from './style.ts';
import { type Words } from './words.ts';

/** How long a status may stay undecided (a part that starts, a list that loads) before it is shown as it is. */
const patienceMs = 8_000;

/** `kpack-desktop status`: the machine's parts and what is being built; 0 when it is ready to build. */
export async function status({ client, terminal, words, style, json, signal }: CommandContext): Promise<ExitCode> {
  const machine = await settledStatus(
    client.app.status({}, { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) }),
  );
  if (machine === null) return exit.failed;
  if (json) terminal.json({ type: 'status', ...machine });
  else for (const line of showStatus(machine, words, style)) terminal.line(line);
  return machine.ready && machine.parts.every((part) => part.state === 'ok') ? exit.done : exit.failed;
}

/** The first status in which nothing is about to be known, or the newest when patience ends. */
async function settledStatus(stream: Promise<AsyncIterable<MachineStatus>>): Promise<MachineStatus | null> {
  let newest: MachineStatus | null = null;
  try {
    for await (const machine of await stream) {
      newest = machine;
      if (machine.freshness.state !== 'loading' && machine.parts.every((part) => part.state !== 'starting')) break;
    }
  } catch (error) {
    if (newest === null) throw error;
  }
  return newest;
}

/** The status as lines. */
export function showStatus(machine: MachineStatus, words: Words, style: Style): string[] {
  const parts = machine.parts.flatMap((part) => {
    const mark = { ok: style.good('✓'), none: '·', starting: style.accent('●'), problem: style.bad('✗') }[part.state];
    const line = `${mark} ${words.text(part.label)}`;
    return part.problem === null ? [line] : [line, `  ${words.text(part.problem)}`];
  });
  const running = machine.running.map(
    ({ namespace, image, number, step }) =>
      `● ${words.say('cli.status_building', { image: `${namespace}/${image}`, number, step })}`,
  );
  const address = machine.address === '' ? [] : [words.say('cli.status_address', { address: machine.address })];
  const advice = machine.ready ? [] : [words.say('cli.status_no_cluster')];
  return [style.strong(machine.machine), ...parts, ...address, ...running, ...advice];
}
