import type { BuildStep } from '../../../preload/contract/index.ts';

/** Milliseconds a step has taken so far, null before it started. */
export function stepDuration(step: BuildStep, now: number): number | null {
  return step.startedAt === null ? null : Math.max(0, (step.finishedAt ?? now) - step.startedAt);
}

/** "8 s", "~2 s" for the expected time of a step to come, empty when nothing is known. */
export function stepSeconds(step: BuildStep, now: number): string {
  const taken = stepDuration(step, now);
  if (taken !== null) return `${String(Math.round(taken / 1000))} s`;
  return step.expectedMs === null || step.state === 'skipped' ? '' : `~${String(Math.round(step.expectedMs / 1000))} s`;
}

/** Seconds left of a running step, null when it is over its time or nothing is known. */
export function secondsLeft(step: BuildStep, now: number): number | null {
  const taken = stepDuration(step, now);
  if (step.state !== 'running' || taken === null || step.expectedMs === null) return null;
  const left = Math.round((step.expectedMs - taken) / 1000);
  return left > 0 ? left : null;
}

/** Share of the running step's bar that is filled, 0 to 1. */
export function filled(step: BuildStep, now: number): number {
  if (step.state === 'done' || step.state === 'failed') return 1;
  const taken = stepDuration(step, now);
  if (taken === null) return 0;
  return step.expectedMs === null || step.expectedMs === 0 ? 0.5 : Math.min(0.95, taken / step.expectedMs);
}

/** Relative widths of the bars: by duration, so that long steps look long. */
export function weights(steps: readonly BuildStep[], now: number): number[] {
  return steps.map((step) => {
    const taken = stepDuration(step, now) ?? 0;
    const expected = step.state === 'done' || step.state === 'failed' ? 0 : (step.expectedMs ?? 0);
    return Math.max(1000, taken, expected);
  });
}
