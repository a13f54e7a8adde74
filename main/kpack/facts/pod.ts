import { labels, type Pod } from '../types.ts';
import { type ConditionFact, epoch, findCondition } from './condition.ts';
import { isStep, type StepFact, stepFact } from './steps.ts';

/** What is kept of a build's pod. Key: `uid`. */
export interface PodFact {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Name of the Build it belongs to. */
  readonly build: string;
  /** The Image that the Build belongs to, empty for a Build made by hand. */
  readonly image: string;
  /** A new Build may get the name of a deleted one; its uid tells them apart. */
  readonly buildUid: string;
  readonly node: string;
  readonly phase: string;
  /** DeadlineExceeded, Evicted… and the kubelet's sentence about it. */
  readonly reason: string;
  readonly message: string;
  readonly createdAt: number;
  readonly deleting: boolean;
  readonly deadlineSeconds: number | null;
  readonly scheduled: ConditionFact | null;
  readonly steps: readonly StepFact[];
}

/** Keeps of a pod what rows and explanations need; about 1 KB instead of 20. */
export function podFact(pod: Pod): PodFact {
  const { metadata, spec, status } = pod;
  const states = new Map(
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map((each) => [
      each.name,
      each.state,
    ]),
  );
  const containers = [...(spec.initContainers ?? []), ...spec.containers].filter((each) => isStep(each.name));
  return {
    uid: metadata.uid ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    build: metadata.labels?.[labels.build] ?? '',
    image: metadata.labels?.[labels.image] ?? '',
    buildUid: metadata.ownerReferences?.find((each) => each.kind === 'Build')?.uid ?? '',
    node: spec.nodeName ?? '',
    phase: status?.phase ?? '',
    reason: status?.reason ?? '',
    message: status?.message ?? '',
    createdAt: epoch(metadata.creationTimestamp) ?? 0,
    deleting: typeof metadata.deletionTimestamp === 'string',
    deadlineSeconds: spec.activeDeadlineSeconds ?? null,
    scheduled: findCondition(status?.conditions, 'PodScheduled'),
    steps: containers.map((each) => stepFact(each.name, states.get(each.name))),
  };
}

/** The pod will not change any more. */
export function podEnded(pod: PodFact): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}
