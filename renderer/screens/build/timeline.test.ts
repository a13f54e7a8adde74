import { describe, expect, it } from 'vitest';
import type { BuildStep } from '../../../preload/contract/index.ts';
import { filled, secondsLeft, stepSeconds, weights } from './timeline.ts';

function step(values: Partial<BuildStep>): BuildStep {
  return {
    name: 'build',
    state: 'waiting',
    startedAt: null,
    finishedAt: null,
    exitCode: null,
    reason: '',
    expectedMs: null,
    ...values,
  };
}

describe('timeline', () => {
  it('says how long a step took, takes and will take', () => {
    expect(stepSeconds(step({ state: 'done', startedAt: 1000, finishedAt: 9400 }), 0)).toBe('8 s');
    expect(stepSeconds(step({ state: 'running', startedAt: 1000 }), 4000)).toBe('3 s');
    expect(stepSeconds(step({ expectedMs: 2000 }), 0)).toBe('~2 s');
    expect(stepSeconds(step({ state: 'skipped', expectedMs: 2000 }), 0)).toBe('');
  });

  it('says what is left of a running step and stops when it takes longer than usual', () => {
    const running = step({ state: 'running', startedAt: 0, expectedMs: 17_000 });
    expect(secondsLeft(running, 8000)).toBe(9);
    expect(secondsLeft(running, 20_000)).toBeNull();
  });

  it('fills done steps and never fills a running one', () => {
    expect(filled(step({ state: 'done', startedAt: 0, finishedAt: 1 }), 5)).toBe(1);
    expect(filled(step({ state: 'running', startedAt: 0, expectedMs: 1000 }), 50_000)).toBe(0.95);
  });

  it('weighs steps by the longer of taken and expected time', () => {
    expect(
      weights(
        [
          step({ state: 'done', startedAt: 0, finishedAt: 300 }),
          step({ state: 'running', startedAt: 0, expectedMs: 9000 }),
        ],
        2000,
      ),
    ).toEqual([1000, 9000]);
  });
});
