import { describe, expect, it } from 'vitest';
import type { StepState } from '../../../preload/contract/index.ts';
import { bars, marks, totalMs } from './axis.ts';

const step = (values: Partial<StepState> & { id: string }): StepState => ({
  title: { key: 'common.app' },
  needs: [],
  state: 'waiting',
  unchanged: false,
  detail: null,
  percent: null,
  startedAt: null,
  finishedAt: null,
  expectedMs: 1000,
  lines: 0,
  ...values,
});

describe('the time axis of setup', () => {
  const state = {
    elapsedMs: 5000,
    steps: [
      step({ id: 'a', state: 'done', startedAt: 0, finishedAt: 4000 }),
      step({ id: 'b', needs: ['a'], state: 'running', startedAt: 4000, expectedMs: 3000 }),
      step({ id: 'c', needs: ['b'], expectedMs: 3000 }),
    ],
  };

  it('puts finished steps where they were and waiting ones after what they need', () => {
    const all = bars(state);
    expect(totalMs(state)).toBe(10_000);
    expect(all.get('a')).toEqual({ from: 0, width: 40, expectedEnd: 40 });
    expect(all.get('b')).toEqual({ from: 40, width: 10, expectedEnd: 70 });
    expect(all.get('c')).toEqual({ from: 70, width: 0, expectedEnd: 100 });
  });

  it('trusts a percentage more than the experience', () => {
    const running = step({ id: 'a', state: 'running', startedAt: 0, percent: 50, expectedMs: 60_000 });
    expect(totalMs({ elapsedMs: 5000, steps: [running] })).toBe(10_000);
  });

  it('never ends a running step before now', () => {
    const late = step({ id: 'a', state: 'running', startedAt: 0, expectedMs: 1000 });
    expect(bars({ elapsedMs: 5000, steps: [late] }).get('a')).toEqual({ from: 0, width: 100, expectedEnd: 100 });
  });

  it('marks round seconds', () => {
    expect(marks(50_000).map(({ seconds }) => seconds)).toEqual([0, 10, 20, 30, 40, 50]);
  });
});
