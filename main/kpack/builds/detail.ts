import { stringify } from 'yaml';
import type { BuildDetail } from '../../../preload/contract/builds.ts';
import type { Verdict } from '../../../preload/contract/text.ts';
import { explainChanges } from '../explain/changes.ts';
import { explainFailure } from '../explain/failure.ts';
import type { LineFact } from '../explain/log-lines.ts';
import { explainWait } from '../explain/waiting.ts';
import { isHeldUp } from '../explain/waiting-pod.ts';
import { buildFact, type BuildFact, durationOf, isRebase } from '../facts/build.ts';
import type { BuilderFact } from '../facts/builder.ts';
import type { ImageFact } from '../facts/image.ts';
import { stateOf } from '../facts/outcome.ts';
import type { PodFact } from '../facts/pod.ts';
import { hasStalled, type SourceFact } from '../facts/source.ts';
import { currentStep, showSteps, type StepFact, stepFact, stepsOfStatus } from '../facts/steps.ts';
import { type Build, buildSteps, labels, rebaseSteps } from '../types.ts';
import { buildRow } from './row.ts';

/** All that the page about one build is made from. */
export interface DetailParts {
  /** The whole object. */
  readonly build: Build;
  readonly pod: PodFact | null;
  readonly image: ImageFact | null;
  readonly builder: BuilderFact | null;
  readonly buildersKnown: boolean;
  readonly source: SourceFact | null;
  readonly claimPhase: string;
  /** The end of the failed step's log. */
  readonly lines: readonly LineFact[];
  /** The other builds of the image, newest first. */
  readonly others: readonly BuildFact[];
  /** Expected milliseconds by step name. */
  readonly expected: ReadonlyMap<string, number>;
  readonly live: boolean;
  readonly now: number;
}

/** Everything about one build, running or ended. */
export function buildDetail(parts: DetailParts): BuildDetail {
  const { build, pod } = parts;
  const fact = buildFact(build);
  const steps = stepsOf(build, fact, pod);
  const verdict = verdictOn(parts, fact, steps);
  const cause = verdict && fact.outcome !== 'succeeded' ? verdict.headline : null;
  return {
    row: buildRow(fact, pod, cause, parts.live),
    steps: showSteps(steps, fact.outcome !== 'open', parts.expected),
    changes: explainChanges(build.metadata.annotations?.[labels.changes], {
      used: build.status?.buildMetadata ?? [],
      offered: parts.builder?.buildpacks ?? [],
    }),
    verdict,
    tags: build.spec.tags ?? [],
    buildpacks: (build.status?.buildMetadata ?? []).map(({ id, version }) => ({ id, version })),
    runImage: build.status?.stack?.runImage ?? build.spec.runImage?.image ?? '',
    builderImage: build.spec.builder?.image ?? '',
    lifecycle: build.status?.lifecycleVersion ?? '',
    podName: build.status?.podName ?? '',
    previous: previousOf(fact, parts.others),
    yaml: readableYaml(build),
  };
}

/** The pod's containers, else what the Build keeps of them, else the steps that there would be. */
function stepsOf(build: Build, fact: BuildFact, pod: PodFact | null): readonly StepFact[] {
  if (pod && pod.steps.length > 0) return pod.steps;
  const kept = stepsOfStatus(build.status?.stepStates);
  if (kept.length > 0) return kept;
  return (isRebase(fact) ? rebaseSteps : buildSteps).map((name) => stepFact(name, undefined));
}

function verdictOn(parts: DetailParts, fact: BuildFact, steps: readonly StepFact[]): Verdict | null {
  const { build, pod, now } = parts;
  if (fact.outcome === 'failed') {
    const git = build.spec.source?.git;
    return explainFailure({
      build: fact,
      pod,
      steps: pod || fact.podName !== '' ? steps : [],
      lines: parts.lines,
      source: {
        url: git?.url ?? '',
        revision: git?.revision ?? fact.commit,
        subPath: build.spec.source?.subPath ?? '',
      },
      tag: build.spec.tags?.[0] ?? '',
      lastImage: build.spec.lastBuild?.image ?? '',
      stalled: parts.source !== null && hasStalled(parts.source),
    });
  }
  const current = currentStep(steps);
  const waits =
    fact.outcome === 'open' && (stateOf(fact, pod) === 'waiting' || (current !== null && isHeldUp(current.step)));
  if (!waits || !parts.image) return null;
  return explainWait({ ...parts, image: parts.image, build: fact, pod, now });
}

function previousOf(fact: BuildFact, others: readonly BuildFact[]): BuildDetail['previous'] {
  const found = others.find(
    (each) => each.outcome === 'succeeded' && each.createdAt < fact.createdAt && isRebase(each) === isRebase(fact),
  );
  const durationMs = found ? durationOf(found) : null;
  return found && durationMs !== null ? { number: found.number, durationMs } : null;
}

/**
 * Any object of the cluster as YAML, without what only the API server and `kubectl apply` need, and
 * without the base64 of gzip that the completion step leaves as its message.
 */
export function readableYaml(object: object): string {
  const copy: unknown = JSON.parse(JSON.stringify(object, hidden));
  return stringify(copy, { lineWidth: 0 });
}

function hidden(key: string, value: unknown): unknown {
  if (key === 'managedFields' || key === 'kubectl.kubernetes.io/last-applied-configuration') return undefined;
  if (key === 'message' && typeof value === 'string' && /^H4sI[\w+/=]+$/.test(value)) return undefined;
  return value;
}
