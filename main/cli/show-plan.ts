import { type Check, type SetupPlan } from '../../preload/contract/index.ts';
import { type Style } from './style.ts';
import { pad, width } from './width.ts';
import { type Words } from './words.ts';

/** The plan as lines: the machine, what is fetched from where, what changes. */
export function showPlan(plan: SetupPlan, words: Words, style: Style): string[] {
  const { machine, options } = plan;
  return [
    style.strong(words.say('cli.plan_machine', { name: machine.name, os: machine.os, arch: machine.arch })),
    ...plan.checks.flatMap((check) => showCheck(check, words, style)),
    '',
    style.strong(words.say('cli.plan_items')),
    ...showItems(plan, words, style),
    '',
    style.strong(words.say('cli.plan_address', { address: options.address, port: options.port })),
    ...plan.changes.map((change) => `  - ${words.text(change)}`),
  ];
}

/** One check: what was found and, when something is wrong, why and what to do. */
export function showCheck(check: Check, words: Words, style: Style): string[] {
  const mark = { ok: style.good('✓'), warning: '!', failed: style.bad('✗') }[check.state];
  const lines = [`  ${mark} ${words.text(check.title)}  ${style.faint(words.text(check.found))}`];
  if (check.state === 'ok') return lines;
  if (check.cause !== null) lines.push(`    ${words.text(check.cause)}`);
  return [...lines, ...check.fixes.map((fix) => `    → ${words.text(fix.label)}${commandOf(fix.params['command'])}`)];
}

function commandOf(command: string | undefined): string {
  return command === undefined ? '' : `: ${command}`;
}

function showItems(plan: SetupPlan, words: Words, style: Style): string[] {
  const titles = plan.items.map((item) => words.text(item.title));
  const columns = Math.max(0, ...titles.map(width));
  const versions = Math.max(0, ...plan.items.map((item) => width(item.version)));
  const lines = plan.items.map((item, index) => {
    const size = item.present
      ? words.say('cli.plan_present')
      : item.bytes === null
        ? item.from
        : `${item.from}, ${words.size(item.bytes)}`;
    return `  ${pad(titles[index] ?? '', columns)}  ${pad(item.version, versions)}  ${style.faint(size)}`;
  });
  const bytes = plan.items.reduce((sum, item) => sum + (item.present ? 0 : (item.bytes ?? 0)), 0);
  return bytes === 0 ? lines : [...lines, `  ${words.say('cli.plan_total', { size: words.size(bytes) })}`];
}
