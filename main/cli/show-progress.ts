import { type SetupState, type StepState } from '../../preload/contract/index.ts';
import { type Style } from './style.ts';
import { cut, pad, width } from './width.ts';
import { type Words } from './words.ts';

const barColumns = 20;

/**
 * The state as lines that are drawn over each other: none longer than `columns`, and no more than `rows`,
 * because what has left the screen cannot be drawn over.
 */
export function showProgress(
  state: SetupState,
  words: Words,
  style: Style,
  { columns, rows }: { columns: number; rows: number },
): string[] {
  const steps = fitting(state.steps, rows - 2);
  const titles = Math.max(0, ...steps.map((step) => width(words.text(step.title))));
  return [head(state, words, style), ...steps.map((step) => row(step, state, titles, words, style, columns - 1))];
}

/** At most `count` steps: the last that wait go first, then the first that are done. */
function fitting(steps: StepState[], count: number): StepState[] {
  const kept = [...steps];
  const drop = (index: number): boolean => index !== -1 && kept.splice(index, 1).length > 0;
  while (kept.length > count) {
    const dropped =
      drop(kept.findLastIndex((step) => step.state === 'waiting')) ||
      drop(kept.findIndex((step) => step.state === 'done')) ||
      drop(kept.length - 1);
    if (!dropped) break;
  }
  return kept;
}

/** What happened between two states, one line for each step that changed: for files and pipes. */
export function showChanges(before: SetupState | null, state: SetupState, words: Words): string[] {
  return state.steps.flatMap((step) => {
    const known = before?.steps.find((one) => one.id === step.id);
    if (step.state === 'waiting' || known?.state === step.state) return [];
    return [`${words.duration(state.elapsedMs)}  ${words.text(step.title)}: ${outcome(step, words)}`];
  });
}

function head(state: SetupState, words: Words, style: Style): string {
  const percent = `${String(Math.floor(state.percent)).padStart(3)} %`;
  const elapsed = words.duration(state.elapsedMs);
  const rest =
    state.remainingMs === null || state.phase !== 'running'
      ? ''
      : words.say('cli.about_left', { duration: words.duration(state.remainingMs) });
  return `${style.strong(percent)}  ${elapsed}${rest === '' ? '' : `  ${style.faint(rest)}`}`;
}

function row(step: StepState, state: SetupState, titles: number, words: Words, style: Style, columns: number): string {
  const title = pad(words.text(step.title), titles);
  const detail = step.detail === null ? '' : words.text(step.detail);
  switch (step.state) {
    case 'waiting':
      return style.faint(cut(`· ${title}`, columns));
    case 'running': {
      const shown = step.percent ?? expectedPercent(step, state);
      const known = step.percent === null ? '     ' : `${String(Math.floor(step.percent)).padStart(3)} %`;
      const text = cut(`${title}  ${bar(shown)} ${known}  ${detail}`, columns - 2);
      return `${style.accent('●')} ${text}`;
    }
    case 'done':
      return `${style.good('✓')} ${cut(`${title}  ${outcome(step, words)}`, columns - 2)}`;
    case 'failed':
      return `${style.bad('✗')} ${cut(`${title}  ${outcome(step, words)}`, columns - 2)}`;
    case 'cancelled':
      return cut(`- ${title}  ${outcome(step, words)}`, columns);
  }
}

function outcome(step: StepState, words: Words): string {
  switch (step.state) {
    case 'waiting':
      return '';
    case 'running':
      return words.say('cli.step_running');
    case 'done': {
      const took = step.startedAt === null || step.finishedAt === null ? 0 : step.finishedAt - step.startedAt;
      return step.unchanged
        ? words.say('cli.step_unchanged')
        : words.say('cli.step_done', { seconds: (took / 1000).toFixed(1) });
    }
    case 'failed':
      return words.say('cli.step_failed');
    case 'cancelled':
      return words.say('cli.step_cancelled');
  }
}

/** How far a step that cannot tell is, from how long it took before; never quite done. */
function expectedPercent(step: StepState, state: SetupState): number {
  if (step.startedAt === null || step.expectedMs <= 0) return 0;
  return Math.min(95, ((state.elapsedMs - step.startedAt) / step.expectedMs) * 100);
}

function bar(percent: number): string {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * barColumns);
  return '█'.repeat(full) + '░'.repeat(barColumns - full);
}
