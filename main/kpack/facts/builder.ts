import type { Builder, BuildpackVersion } from '../types.ts';
import { type ConditionFact, findCondition } from './condition.ts';

/** What is kept of a Builder or ClusterBuilder. Key: `uid`. */
export interface BuilderFact {
  readonly uid: string;
  readonly kind: 'Builder' | 'ClusterBuilder';
  /** Empty for a ClusterBuilder. */
  readonly namespace: string;
  readonly name: string;
  /** It has an image that builds can use, and kpack has seen its newest definition. */
  readonly ready: boolean;
  readonly readyCondition: ConditionFact | null;
  /** The only condition that tells when a new definition is wrong: Ready stays True with the old image. */
  readonly upToDate: ConditionFact | null;
  readonly stack: string;
  readonly runImage: string;
  readonly lifecycle: string;
  readonly buildpacks: readonly BuildpackVersion[];
}

/** Keeps of a Builder or ClusterBuilder what forms and explanations need. */
export function builderFact(builder: Builder): BuilderFact {
  const { metadata, spec, status } = builder;
  const ready = findCondition(status?.conditions, 'Ready');
  return {
    uid: metadata.uid ?? '',
    kind: metadata.namespace === undefined ? 'ClusterBuilder' : 'Builder',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ready: ready?.status === 'True' && (metadata.generation ?? 0) === (status?.observedGeneration ?? 0),
    readyCondition: ready,
    upToDate: findCondition(status?.conditions, 'UpToDate'),
    stack: status?.stack?.id ?? spec.stack?.name ?? '',
    runImage: status?.stack?.runImage ?? '',
    lifecycle: status?.lifecycle?.version ?? '',
    buildpacks: (status?.builderMetadata ?? []).map(({ id, version }) => ({ id, version })),
  };
}

/** The error that keeps a builder from being ready or up to date, in kpack's words; empty when it has none. */
export function builderError(builder: BuilderFact): string {
  if (builder.upToDate?.status === 'False' && builder.upToDate.message !== '') return builder.upToDate.message;
  if (builder.readyCondition?.status === 'False') return builder.readyCondition.message;
  return '';
}
