import { describe, expect, it } from 'vitest';
import { read } from '../../../test/fixtures/kpack/read.ts';
import { podFact } from './pod.ts';
import { currentStep, failedStep, lastEnd, type StepFact, stepFact, stepsOfStatus } from './steps.ts';

describe('the step a build is in', () => {
  it('is the one that failed, until kpack has noticed it', () => {
    const { steps } = podFact(read('failures/build', 'pod'));
    expect(currentStep(steps)?.step.name).toBe('build');
  });

  it('is none when all have ended', () => {
    expect(currentStep(podFact(read('story/2-commit', 'pod')).steps)).toBeNull();
  });
});

describe('steps of a Build whose pod is gone', () => {
  it('have their names by order', () => {
    expect(stepsOfStatus(read('failures/oom', 'build').status?.stepStates).map((step) => step.name)).toEqual([
      'prepare',
      'analyze',
      'detect',
      'restore',
      'build',
      'export',
      'completion',
    ]);
    expect(stepsOfStatus(read('story/3-stack', 'build').status?.stepStates).map((step) => step.name)).toEqual([
      'rebase',
      'completion',
    ]);
  });

  it('are the same as those of the pod', () => {
    const kept = stepsOfStatus(read('failures/oom', 'build').status?.stepStates);
    const { steps } = podFact(read('failures/oom', 'pod'));
    const brief = (list: readonly StepFact[]) =>
      list.map(({ name, state, exitCode, startedAt, finishedAt }) => ({
        name,
        state,
        exitCode,
        startedAt,
        finishedAt,
      }));
    expect(brief(kept)).toEqual(brief(steps));
    expect(failedStep(kept)).toMatchObject({ name: 'build', exitCode: 51, reason: 'OOMKilled' });
    expect(lastEnd(kept)).toBe(Date.parse('2026-11-20T21:45:11Z'));
  });
});

it('the words that the completion step leaves are no words for people', () => {
  const state = read('story/2-commit', 'build').status?.stepStates?.at(-1);
  expect(state?.terminated?.message).toMatch(/^H4sI/);
  expect(stepFact('completion', state).message).toBe('');
});
