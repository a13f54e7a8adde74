import type { Verdict } from '../../../preload/contract/text.ts';
import { type BuilderFact, builderError } from '../facts/builder.ts';
import type { BuildFact } from '../facts/build.ts';
import type { ImageFact } from '../facts/image.ts';
import type { PodFact } from '../facts/pod.ts';
import type { SourceFact } from '../facts/source.ts';
import { explainPodWait } from './waiting-pod.ts';
import { lookAgain, say, type Target, type VerdictParts, verdictOf } from './verdicts.ts';

/** All that is known about an image that has nothing running in it. */
export interface Wait {
  readonly image: ImageFact;
  /** The build that is open, null when none has been made. */
  readonly build: BuildFact | null;
  readonly pod: PodFact | null;
  readonly builder: BuilderFact | null;
  /** Builders are known, so that a missing one is really missing. */
  readonly buildersKnown: boolean;
  readonly source: SourceFact | null;
  /** Phase of the cache's volume claim (Pending, Bound…), empty when it is not known. */
  readonly claimPhase: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** kpack answers within a second; after this long something is wrong. */
const patience = 30_000;

/** What an image or its open build waits for, the deepest cause first. */
export function explainWait(wait: Wait): Verdict {
  const target: Target = { namespace: wait.image.namespace, image: wait.image.name };
  const parts = wait.build === null ? explainImageWait(wait, target) : explainPodWait({ ...wait, build: wait.build });
  return verdictOf({ raw: rawOf(wait), ...parts });
}

function explainImageWait(wait: Wait, target: Target): VerdictParts {
  const { image, source } = wait;
  const where = say('explain.where_waiting_image');
  const builder = explainBuilder(wait);
  if (builder) return { where, ...builder };
  if (image.ready === null) {
    const age = wait.now - image.createdAt;
    return {
      where,
      headline:
        age < patience
          ? say('explain.waits_for_kpack')
          : say('explain.kpack_silent', { seconds: Math.round(age / 1000) }),
    };
  }
  if (image.ready.reason === 'ResolverNotReady' || source?.ready?.status !== 'True') {
    return {
      where,
      headline: say('explain.waits_for_source'),
      quotes: [source?.ready?.message ?? '', image.ready.message],
      fixes: [lookAgain(target)],
    };
  }
  return { where, headline: say('explain.waits_for_build'), quotes: [image.ready.message] };
}

/** The builder keeps an image from building. Null when it is ready, or when it is not known yet. */
export function explainBuilder(wait: Pick<Wait, 'image' | 'builder' | 'buildersKnown'>): VerdictParts | null {
  const { image, builder } = wait;
  const name = image.builder.name;
  if (builder?.ready === true) return null;
  if (builder) {
    const words = builderError(builder);
    if (words !== '')
      return {
        headline: say('explain.waits_for_builder_because', { builder: name, words: firstLine(words) }),
        quotes: [words],
      };
    return { headline: say('explain.waits_for_builder', { builder: name }) };
  }
  if (wait.buildersKnown || image.ready?.reason === 'BuilderNotFound') {
    return {
      headline: say('explain.waits_for_builder_missing', { builder: name }),
      quotes: [image.ready?.message ?? ''],
    };
  }
  if (image.ready?.reason === 'BuilderNotReady')
    return { headline: say('explain.waits_for_builder', { builder: name }), quotes: [image.ready.message] };
  return null;
}

function rawOf(wait: Wait): string {
  const { image, build, pod, builder, source } = wait;
  const conditions = [
    ['image', image.ready],
    ['source', source?.ready],
    ['builder', builder?.upToDate ?? builder?.readyCondition],
    ['pod', pod?.scheduled],
  ] as const;
  const lines = conditions.flatMap(([name, found]) =>
    found && found.message !== '' ? [`${name}: ${found.reason} ${found.message}`.trim()] : [],
  );
  return [...lines, build?.message ?? ''].filter((line) => line !== '').join('\n');
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
