import type { Health } from '../../../preload/contract/images.ts';
import type { Text } from '../../../preload/contract/text.ts';
import { explainWait, type Wait } from '../explain/waiting.ts';
import { isHeldUp } from '../explain/waiting-pod.ts';
import { say } from '../explain/verdicts.ts';
import { builderError } from '../facts/builder.ts';
import type { BuildFact } from '../facts/build.ts';
import { stateOf } from '../facts/outcome.ts';
import { hasStalled } from '../facts/source.ts';
import { currentStep } from '../facts/steps.ts';

/** What the health of an image is told from. */
export interface Situation extends Wait {
  /** The newest build that has ended, null before the first. */
  readonly newest: BuildFact | null;
  /** Why the newest build failed, in one sentence; null when it did not. */
  readonly failure: Text | null;
  /** Since when kpack has not taken up the image's newest definition; null when it has. */
  readonly unobservedSince: number | null;
}

export interface Diagnosis {
  readonly health: Health;
  readonly cause: Text | null;
}

/** A build needs some seconds for its pod; that is no wait worth speaking of. */
const startTime = 15_000;
/** kpack observes a change within a second, unless it met an error that it only logs. */
const observeTime = 30_000;

/** How an image is, and the one line that says why when it is not well. */
export function diagnose(situation: Situation): Diagnosis {
  if (situation.build) return diagnoseOpenBuild(situation, situation.build);
  const { image, newest, source, now } = situation;
  const unobserved = situation.unobservedSince === null ? 0 : now - situation.unobservedSince;
  const reason = image.ready?.reason ?? '';
  if (reason === 'BuilderNotFound' || reason === 'BuilderNotReady')
    return { health: 'waiting', cause: explainWait(situation).headline };
  if (hasFailed(situation)) return { health: 'failed', cause: situation.failure ?? say('explain.failed') };
  if (unobserved > observeTime && image.ready !== null) {
    return { health: 'stalled', cause: say('explain.change_not_taken', { seconds: Math.round(unobserved / 1000) }) };
  }
  if (source && hasStalled(source)) return { health: 'stalled', cause: say('explain.stalled') };
  if (image.ready?.status === 'True' || (reason === 'BuildRunning' && newest?.outcome === 'succeeded'))
    return { health: 'ready', cause: builderBehind(situation) };
  if (reason === 'UnknownState') return { health: 'unknown', cause: null };
  return { health: 'waiting', cause: explainWait(situation).headline };
}

function diagnoseOpenBuild(situation: Situation, build: BuildFact): Diagnosis {
  const { pod, now } = situation;
  const current = pod ? currentStep(pod.steps) : null;
  const heldUp = (current !== null && isHeldUp(current.step)) || pod?.scheduled?.status === 'False';
  const starting = stateOf(build, pod) === 'waiting' && now - build.createdAt > startTime;
  return heldUp || starting
    ? { health: 'waiting', cause: explainWait(situation).headline }
    : { health: 'building', cause: null };
}

/** The Image's own word may be older than the Build's: kpack writes them one after the other. */
function hasFailed({ image, newest }: Situation): boolean {
  if (image.ready?.reason === 'BuildRunning') return newest?.outcome === 'failed';
  return image.ready?.status === 'False';
}

/** A builder with a wrong new definition keeps its old image and stays Ready: builds go on, with old parts. */
function builderBehind({ image, builder }: Situation): Text | null {
  if (image.builderUpToDate?.status !== 'False') return null;
  const words = builder === null ? '' : builderError(builder);
  const name = image.builder.name;
  return words === ''
    ? say('explain.builder_behind_unknown', { builder: name })
    : say('explain.builder_behind', { builder: name, words });
}
