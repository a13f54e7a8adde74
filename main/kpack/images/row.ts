import type { ImageRow } from '../../../preload/contract/images.ts';
import { type BuildFact, durationOf, isRebase } from '../facts/build.ts';
import { currentStep } from '../facts/steps.ts';
import { diagnose, type Situation } from './health.ts';

/** All that one row of the table is made from. */
export interface RowParts extends Omit<Situation, 'build' | 'newest'> {
  /** Builds of the image, newest first. */
  readonly builds: readonly BuildFact[];
}

/** The open build of an image: kpack runs one at a time. */
export function openBuild(builds: readonly BuildFact[]): BuildFact | null {
  return builds.find((build) => build.outcome === 'open') ?? null;
}

/** The newest build that has ended. */
export function newestEnded(builds: readonly BuildFact[]): BuildFact | null {
  return builds.find((build) => build.outcome !== 'open') ?? null;
}

/** Joins an image with its builds, pod, builder and source into the row that the page shows. */
export function imageRow(parts: RowParts): ImageRow {
  const { image, builds } = parts;
  const build = openBuild(builds);
  const newest = newestEnded(builds);
  const built =
    builds.find((each) => each.digest !== '' && each.digest === image.latestImage) ??
    builds.find((each) => each.outcome === 'succeeded');
  const { health, cause } = diagnose({ ...parts, build, newest });
  return {
    uid: image.uid,
    namespace: image.namespace,
    name: image.name,
    health,
    cause,
    reasons: [...(builds[0]?.reasons ?? [])],
    source: image.source,
    builder: { ...image.builder },
    tag: image.tag,
    latestImage: image.latestImage,
    commit: (built ?? builds[0])?.commit ?? '',
    createdAt: image.createdAt,
    builtAt: built?.finishedAt ?? null,
    durationMs: newest ? durationOf(newest) : null,
    buildCount: image.buildCount,
    trend: trendOf(builds),
    running: build ? runningOf(build, parts) : null,
  };
}

function trendOf(builds: readonly BuildFact[]): ImageRow['trend'] {
  const ended = builds.flatMap((build) => {
    const durationMs = durationOf(build);
    return durationMs === null ? [] : [{ number: build.number, ok: build.outcome === 'succeeded', durationMs }];
  });
  return ended.slice(0, 7).reverse();
}

function runningOf(build: BuildFact, { pod, builds }: RowParts): ImageRow['running'] {
  const placed = pod !== null && pod.scheduled?.status === 'True';
  const current = placed ? currentStep(pod.steps) : null;
  // All containers have ended: kpack only has to notice it.
  const last = placed && !current ? pod.steps.at(-1) : undefined;
  return {
    build: build.name,
    number: build.number,
    step: current?.step.name ?? last?.name ?? '',
    stepIndex: current?.index ?? Math.max(0, (pod?.steps.length ?? 1) - 1) * (last ? 1 : 0),
    stepCount: pod?.steps.length ?? (isRebase(build) ? 2 : 7),
    startedAt: build.createdAt,
    expectedMs: expectedDuration(builds, build),
  };
}

/**
 * How long a build will take, from the last five of its kind that succeeded (median, milliseconds).
 * A rebase is compared with rebases only. Null when there is nothing to compare with.
 */
export function expectedDuration(builds: readonly BuildFact[], build: BuildFact): number | null {
  const alike = builds.filter(
    (each) => each.outcome === 'succeeded' && isRebase(each) === isRebase(build) && each.uid !== build.uid,
  );
  return median(alike.slice(0, 5).flatMap((each) => durationOf(each) ?? []));
}

/** The middle value; of two middle ones the smaller. Null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
