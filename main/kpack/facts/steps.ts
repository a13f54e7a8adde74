import type { BuildStep } from '../../../preload/contract/builds.ts';
import { buildSteps, type ContainerState, rebaseSteps } from '../types.ts';
import { epoch } from './condition.ts';

/** One container of a build's pod, as the kubelet reports it. Times in epoch milliseconds. */
export interface StepFact {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'terminated';
  /** Kubernetes' word: PodInitializing, ImagePullBackOff, OOMKilled, Completed… */
  readonly reason: string;
  readonly message: string;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly exitCode: number | null;
}

const known = new Set<string>([...buildSteps, ...rebaseSteps]);

/** Containers that kpack did not put there (a service mesh's, for example) are no steps. */
export function isStep(name: string): boolean {
  return known.has(name);
}

/** Reads a container's state; null means that the kubelet has not reported one yet. */
export function stepFact(name: string, state: ContainerState | undefined): StepFact {
  if (state?.terminated) {
    const { exitCode, reason, message, startedAt, finishedAt } = state.terminated;
    // The completion step leaves the build's metadata here, as base64 of gzip: never words for a person.
    const words = name === 'completion' && exitCode === 0 ? '' : (message ?? '');
    return {
      name,
      state: 'terminated',
      reason: reason ?? '',
      message: words,
      startedAt: epoch(startedAt),
      finishedAt: epoch(finishedAt),
      exitCode,
    };
  }
  if (state?.running) {
    return {
      name,
      state: 'running',
      reason: '',
      message: '',
      startedAt: epoch(state.running.startedAt),
      finishedAt: null,
      exitCode: null,
    };
  }
  const { reason = '', message = '' } = state?.waiting ?? {};
  return { name, state: 'waiting', reason, message, startedAt: null, finishedAt: null, exitCode: null };
}

/**
 * Steps from a Build's own status, for when the pod is gone. kpack leaves the names out, but keeps
 * the order of the containers: two states are a rebase, anything else is a whole build.
 */
export function stepsOfStatus(states: readonly ContainerState[] | undefined): StepFact[] {
  if (!states || states.length === 0) return [];
  const names: readonly string[] = states.length === rebaseSteps.length ? rebaseSteps : buildSteps;
  return states.flatMap((state, index) => {
    const name = names[index];
    return name === undefined ? [] : [stepFact(name, state)];
  });
}

/**
 * The step that a running build is in: the first container in the pod's order that has not terminated,
 * or the one that failed, since none follows it. The Build's own condition message is one step ahead of
 * the truth. Null when all have ended well.
 */
export function currentStep(steps: readonly StepFact[]): { step: StepFact; index: number } | null {
  const index = steps.findIndex((step) => step.state !== 'terminated' || step.exitCode !== 0);
  const step = steps[index];
  return step ? { step, index } : null;
}

/** The step that ended the build: the first that terminated with an exit code other than 0. */
export function failedStep(steps: readonly StepFact[]): StepFact | null {
  return steps.find((step) => step.state === 'terminated' && step.exitCode !== 0) ?? null;
}

/** When the last container ended, epoch milliseconds; null when none has. */
export function lastEnd(steps: readonly StepFact[]): number | null {
  const ends = steps.flatMap((step) => (step.finishedAt === null ? [] : [step.finishedAt]));
  return ends.length === 0 ? null : Math.max(...ends);
}

/**
 * Steps for the page. What never ran in a build that has ended is skipped.
 * `expected` gives milliseconds by step name.
 */
export function showSteps(
  steps: readonly StepFact[],
  ended: boolean,
  expected: ReadonlyMap<string, number>,
): BuildStep[] {
  return steps.map((step) => ({
    name: step.name,
    state: shownState(step, ended),
    startedAt: step.startedAt,
    finishedAt: step.finishedAt,
    exitCode: step.exitCode,
    reason: step.state === 'waiting' ? '' : step.reason,
    expectedMs: expected.get(step.name) ?? null,
  }));
}

function shownState(step: StepFact, ended: boolean): BuildStep['state'] {
  if (step.state === 'terminated') return step.exitCode === 0 ? 'done' : 'failed';
  if (ended) return 'skipped';
  return step.state;
}
