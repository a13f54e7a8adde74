import { buildReason, type BuildReason } from '../../../preload/contract/images.ts';
import { type Build, labels, type SourceConfig } from '../types.ts';
import { epoch, findCondition } from './condition.ts';
import { failedStep, lastEnd, type StepFact, stepsOfStatus } from './steps.ts';

/** What is kept of a Build. Key: `uid`. */
export interface BuildFact {
  readonly uid: string;
  readonly version: string;
  readonly namespace: string;
  readonly name: string;
  /** Name of the Image, empty for a Build that somebody made by hand. */
  readonly image: string;
  readonly number: number;
  readonly reasons: readonly BuildReason[];
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly outcome: 'open' | 'succeeded' | 'failed';
  /** kpack's words about a failure, or about the first container that waits. */
  readonly message: string;
  readonly commit: string;
  readonly digest: string;
  readonly podName: string;
  readonly deleting: boolean;
  readonly deadlineSeconds: number | null;
  readonly failedStep: StepFact | null;
}

/** Keeps of a Build what rows need: about 400 bytes instead of 6,500. */
export function buildFact(build: Build): BuildFact {
  const { metadata, spec, status } = build;
  const succeeded = findCondition(status?.conditions, 'Succeeded');
  const outcome = succeeded?.status === 'True' ? 'succeeded' : succeeded?.status === 'False' ? 'failed' : 'open';
  const steps = stepsOfStatus(status?.stepStates);
  return {
    uid: metadata.uid ?? '',
    version: metadata.resourceVersion ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    image: metadata.labels?.[labels.image] ?? '',
    number: Number.parseInt(metadata.labels?.[labels.buildNumber] ?? '0', 10) || 0,
    reasons: readReasons(metadata.annotations?.[labels.reason]),
    createdAt: epoch(metadata.creationTimestamp) ?? 0,
    // The containers' own end; kpack notices it some seconds later and rewrites its time now and then.
    finishedAt: outcome === 'open' ? null : (lastEnd(steps) ?? succeeded?.at ?? null),
    outcome,
    message: outcome === 'succeeded' ? '' : (succeeded?.message ?? ''),
    commit: sourceRevision(spec.source),
    digest: status?.latestImage ?? '',
    podName: status?.podName ?? '',
    deleting: typeof metadata.deletionTimestamp === 'string',
    deadlineSeconds: spec.activeDeadlineSeconds ?? null,
    failedStep: outcome === 'failed' ? failedStep(steps) : null,
  };
}

/** `COMMIT,BUILDPACK` as a list; words that a newer kpack may invent are left out. */
export function readReasons(annotation: string | undefined): BuildReason[] {
  return (annotation ?? '').split(',').flatMap((word) => {
    const reason = buildReason.safeParse(word.trim());
    return reason.success ? [reason.data] : [];
  });
}

/** Commit, blob address or image that is built from. */
export function sourceRevision(source: SourceConfig | undefined): string {
  return source?.git?.revision ?? source?.blob?.url ?? source?.registry?.image ?? '';
}

/** From the Build's creation to the end of its last container, milliseconds; null while it runs. */
export function durationOf(build: Pick<BuildFact, 'createdAt' | 'finishedAt'>): number | null {
  return build.finishedAt === null ? null : Math.max(0, build.finishedAt - build.createdAt);
}

/** kpack rebases, instead of building, when the run image is all that changed. */
export function isRebase(build: Pick<BuildFact, 'reasons'>): boolean {
  return build.reasons.length === 1 && build.reasons[0] === 'STACK';
}

/** Newest first: by number within an image, else by age. */
export function newestFirst(a: BuildFact, b: BuildFact): number {
  return b.number - a.number || b.createdAt - a.createdAt || (a.uid < b.uid ? -1 : 1);
}
