import type { SetupState, StepState } from '../../../preload/contract/index.ts';

/** A bar on the time axis, in percent of its width. */
export interface Bar {
  readonly from: number;
  readonly width: number;
  /** Where the expected rest of a running step ends; equal to `from + width` for others. */
  readonly expectedEnd: number;
}

/**
 * Where every step lies on the shared time axis: finished and running steps where they were, waiting ones where they are
 * expected, so that parallel work is seen. Percent of the whole expected time.
 */
export function bars(state: Pick<SetupState, 'steps' | 'elapsedMs'>): Map<string, Bar> {
  const spans = new Map<string, { start: number; end: number; expectedEnd: number }>();
  for (const step of state.steps) spans.set(step.id, spanOf(step, state.elapsedMs, spans));
  const total = Math.max(1, state.elapsedMs, ...[...spans.values()].map(({ expectedEnd }) => expectedEnd));
  return new Map(
    [...spans].map(([id, { start, end, expectedEnd }]) => [
      id,
      { from: (start / total) * 100, width: ((end - start) / total) * 100, expectedEnd: (expectedEnd / total) * 100 },
    ]),
  );
}

function spanOf(step: StepState, elapsed: number, before: ReadonlyMap<string, { expectedEnd: number }>) {
  if (step.startedAt !== null) {
    const end = step.finishedAt ?? elapsed;
    const expectedEnd = step.finishedAt ?? Math.max(end, expectedFinish(step, elapsed));
    return { start: step.startedAt, end, expectedEnd };
  }
  const start = Math.max(elapsed, 0, ...step.needs.map((id) => before.get(id)?.expectedEnd ?? 0));
  return { start, end: start, expectedEnd: start + step.expectedMs };
}

function expectedFinish(step: StepState, elapsed: number): number {
  if (step.startedAt === null) return elapsed;
  if (step.percent !== null && step.percent > 5)
    return step.startedAt + ((elapsed - step.startedAt) / step.percent) * 100;
  return step.startedAt + step.expectedMs;
}

/** Marks of the axis: seconds at round distances, at most seven of them. */
export function marks(totalMs: number): { readonly seconds: number; readonly at: number }[] {
  const total = Math.max(1, totalMs / 1000);
  const distance = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((candidate) => total / candidate <= 6) ?? 1200;
  return Array.from({ length: Math.floor(total / distance) + 1 }, (_, i) => ({
    seconds: i * distance,
    at: ((i * distance) / total) * 100,
  }));
}

/** Whole expected milliseconds of a run: what has passed and what is left. */
export function totalMs(state: Pick<SetupState, 'steps' | 'elapsedMs'>): number {
  return Math.max(state.elapsedMs, ...expectedEnds(state));
}

function expectedEnds(state: Pick<SetupState, 'steps' | 'elapsedMs'>): number[] {
  const spans = new Map<string, { start: number; end: number; expectedEnd: number }>();
  for (const step of state.steps) spans.set(step.id, spanOf(step, state.elapsedMs, spans));
  return [...spans.values()].map(({ expectedEnd }) => expectedEnd);
}
