import type { Text } from '../../../preload/contract/text.ts';
import type { MessageKey } from '../../../preload/messages/index.ts';
import type { BuildFact } from '../facts/build.ts';
import { currentStep, type StepFact } from '../facts/steps.ts';
import { say, type VerdictParts } from './verdicts.ts';
import type { Wait } from './waiting.ts';

interface PodWait extends Wait {
  readonly build: BuildFact;
}

/** Making a pod and starting its first container takes some seconds when nothing is wrong. */
const patience = 20_000;

/**
 * Sentences of the scheduler: https://github.com/kubernetes/kubernetes/tree/v1.34.0/pkg/scheduler/framework/plugins.
 * One message lists every obstacle; the first one known here is named.
 */
const obstacles: readonly (readonly [RegExp, MessageKey])[] = [
  [/Insufficient memory/, 'explain.no_node_memory'],
  [/Insufficient cpu/, 'explain.no_node_cpu'],
  [/PersistentVolumeClaim|volume node affinity|unbound immediate|persistentvolumeclaim/, 'explain.waits_for_cache'],
  [/node affinity\/selector/, 'explain.no_node_selector'],
  [/untolerated taint/, 'explain.no_node_taint'],
];

/** Words of containerd and of registries inside a failed pull. */
const pullErrors: readonly (readonly [RegExp, MessageKey])[] = [
  [/server gave HTTP response to HTTPS client/, 'explain.pull_http'],
  [/\b40[13]\b|unauthorized|denied|authorization failed|no basic auth/i, 'explain.pull_denied'],
  [/not found|\b404\b|manifest unknown|name unknown/i, 'explain.pull_missing'],
  [
    /no such host|connection refused|i\/o timeout|no route to host|deadline exceeded|TLS handshake/i,
    'explain.pull_unreachable',
  ],
];

const pullReasons = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]);
const configReasons = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

/** What an open build waits for: a pod, a node, a volume, an image. */
export function explainPodWait(wait: PodWait): VerdictParts {
  const { pod, build, now } = wait;
  const where = say('explain.where_waiting_pod');
  if (!pod) {
    const age = now - build.createdAt;
    if (age < patience) return { where, headline: say('explain.waits_for_pod') };
    // kpack writes the refusal of the API server only to its own log.
    return {
      where,
      headline: say('explain.pod_not_made', { seconds: Math.round(age / 1000), namespace: build.namespace }),
      quotes: [build.message],
    };
  }
  if (pod.scheduled?.status === 'False')
    return { where, headline: nodeWait(pod.scheduled.message, wait), quotes: [pod.scheduled.message] };
  if (pod.scheduled === null) return { where, headline: say('explain.waits_for_node') };
  const current = currentStep(pod.steps);
  return current ? containerWait(current.step, wait) : { where, headline: say('explain.waits_for_start') };
}

function nodeWait(message: string, wait: PodWait): Text {
  const known = obstacles.find(([pattern]) => pattern.test(message));
  if (known) return say(known[1]);
  return wait.claimPhase === 'Pending' ? say('explain.waits_for_cache') : say('explain.waits_for_node');
}

function containerWait(step: StepFact, wait: PodWait): VerdictParts {
  const values = { step: step.name };
  const where = say('explain.where_waiting_step', values);
  if (pullReasons.has(step.reason)) {
    const known = pullErrors.find(([pattern]) => pattern.test(step.message));
    return {
      where,
      headline: say(known?.[1] ?? 'explain.pull_failed', values),
      quotes: [step.message],
      raw: `${step.reason}: ${step.message}`,
    };
  }
  if (configReasons.has(step.reason)) {
    return {
      where,
      headline: say('explain.container_config', values),
      quotes: [step.message],
      raw: `${step.reason}: ${step.message}`,
    };
  }
  if (wait.claimPhase === 'Pending') return { where, headline: say('explain.waits_for_cache') };
  const started = wait.pod?.scheduled?.at ?? wait.build.createdAt;
  const headline = wait.now - started < 5_000 ? say('explain.waits_for_start') : say('explain.pull_running', values);
  return { where, headline };
}

/** The running build is held up: its current container does not start and will not by itself. */
export function isHeldUp(step: StepFact): boolean {
  return step.state === 'waiting' && (pullReasons.has(step.reason) || configReasons.has(step.reason));
}
