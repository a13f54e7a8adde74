import type { BuildState } from '../../../preload/contract/builds.ts';
import { type BuildFact, durationOf } from './build.ts';
import type { PodFact } from './pod.ts';

const deadlineWords = 'active on the node longer than the specified deadline';

/** The kubelet ended the build's pod because its time was over. */
export function metDeadline(build: BuildFact, pod: PodFact | null): boolean {
  return build.outcome !== 'succeeded' && (pod?.reason === 'DeadlineExceeded' || build.message.includes(deadlineWords));
}

/**
 * Somebody ended the build on purpose: its pod met a deadline that the image does not ask for. kpack
 * has no cancel of its own, so this is how cancelling looks from outside, whoever did it.
 */
export function wasCancelled(build: BuildFact, pod: PodFact | null): boolean {
  if (!metDeadline(build, pod)) return false;
  if (pod) return pod.deadlineSeconds !== build.deadlineSeconds;
  const took = durationOf(build) ?? 0;
  return build.deadlineSeconds === null || took < build.deadlineSeconds * 1000;
}

/** The state of a build as the page names it. Waiting means that none of its containers has started. */
export function stateOf(build: BuildFact, pod: PodFact | null): BuildState {
  if (build.outcome === 'succeeded') return 'succeeded';
  if (build.outcome === 'failed') return wasCancelled(build, pod) ? 'cancelled' : 'failed';
  return pod?.steps.some((step) => step.state !== 'waiting') === true ? 'running' : 'waiting';
}
