import { metDeadline, wasCancelled } from '../facts/outcome.ts';
import { currentStep } from '../facts/steps.ts';
import type { Case } from './failure.ts';
import { buildAgain, openImage, say, type Values, type VerdictParts } from './verdicts.ts';

interface Rule {
  /** The values of the sentence, or null when the rule does not fit. */
  readonly fits: (whole: Case) => VerdictParts['headline'] | null;
}

/**
 * What the kubelet says about the pod decides before anything that a program printed: a process that
 * was killed from outside leaves misleading words behind. Seen on a real node: memory shows as reason
 * OOMKilled with exit code 51 (only the child is killed), a deadline as exit code 2 or 137.
 */
const rules: readonly Rule[] = [
  {
    fits: (whole) =>
      wasCancelled(whole.build, whole.pod)
        ? stepOf(whole) === ''
          ? say('explain.cancelled_before_start')
          : say('explain.cancelled', { step: stepOf(whole) })
        : null,
  },
  {
    fits: (whole) =>
      metDeadline(whole.build, whole.pod)
        ? say('explain.timeout', {
            step: stepOf(whole),
            seconds: whole.build.deadlineSeconds ?? whole.pod?.deadlineSeconds ?? 0,
          })
        : null,
  },
  { fits: evicted },
  {
    fits: (whole) =>
      whole.pod &&
      ['NodeLost', 'Shutdown', 'Terminated', 'NodeShutdown', 'UnexpectedAdmissionError'].includes(whole.pod.reason)
        ? say('explain.node_lost')
        : null,
  },
  { fits: (whole) => (whole.step?.reason === 'OOMKilled' ? say('explain.out_of_memory', stepValues(whole)) : null) },
  {
    fits: (whole) =>
      /exit status 137\b|signal: killed/.test(whole.words)
        ? say('explain.out_of_memory_limit', stepValues(whole))
        : null,
  },
  { fits: (whole) => (whole.pod?.deleting === true ? say('explain.pod_deleted') : null) },
];

/** The verdict's parts when the pod was ended from outside, else null. */
export function explainPod(whole: Case): VerdictParts | null {
  for (const rule of rules) {
    const headline = rule.fits(whole);
    if (headline) return { headline, fixes: [buildAgain(whole.target), openImage(whole.target)], ...place(whole) };
  }
  return null;
}

/** A step that was stopped from outside did not fail by itself: do not speak of its exit code. */
function place(whole: Case): Partial<VerdictParts> {
  // Whoever cancelled a build knows why: its last lines prove nothing.
  const proof = wasCancelled(whole.build, whole.pod) ? { evidence: [], quotes: [] } : {};
  if (!metDeadline(whole.build, whole.pod) && whole.pod?.deleting !== true) return {};
  return { ...proof, where: whole.lastImage === '' ? null : say('explain.where_last_good') };
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/ */
function evicted(whole: Case): VerdictParts['headline'] | null {
  if (whole.pod?.reason !== 'Evicted') return null;
  const resource = /low on resource: ([\w-]+)/.exec(whole.pod.message)?.[1];
  return resource === undefined ? say('explain.evicted_unknown') : say('explain.evicted', { resource });
}

/** The step that was reached; empty when no container ever started. */
function stepOf(whole: Case): string {
  if (whole.steps.length > 0 && whole.steps.every((step) => step.state === 'waiting')) return '';
  return whole.step?.name ?? currentStep(whole.steps)?.step.name ?? '';
}

function stepValues(whole: Case): Values {
  return { step: stepOf(whole) };
}
