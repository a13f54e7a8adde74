import type { ImageRow } from '../../../preload/contract/images.ts';
import type { Image, SourceConfig } from '../types.ts';
import { type ConditionFact, epoch, findCondition } from './condition.ts';

/** What is kept of an Image. Key: `uid`. */
export interface ImageFact {
  readonly uid: string;
  readonly version: string;
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly createdAt: number;
  readonly deleting: boolean;
  readonly tag: string;
  readonly source: ImageRow['source'];
  readonly builder: { readonly kind: string; readonly name: string };
  readonly latestImage: string;
  readonly buildCount: number;
  readonly cacheClaim: string;
  readonly ready: ConditionFact | null;
  readonly builderReady: ConditionFact | null;
  readonly builderUpToDate: ConditionFact | null;
}

/** Keeps of an Image what its row needs. */
export function imageFact(image: Image): ImageFact {
  const { metadata, spec, status } = image;
  return {
    uid: metadata.uid ?? '',
    version: metadata.resourceVersion ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    generation: metadata.generation ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    createdAt: epoch(metadata.creationTimestamp) ?? 0,
    deleting: typeof metadata.deletionTimestamp === 'string',
    tag: spec.tag,
    source: readSource(spec.source),
    builder: { kind: spec.builder.kind ?? 'ClusterBuilder', name: spec.builder.name },
    latestImage: status?.latestImage ?? '',
    buildCount: status?.buildCounter ?? 0,
    cacheClaim: status?.buildCacheName ?? '',
    ready: findCondition(status?.conditions, 'Ready'),
    builderReady: findCondition(status?.conditions, 'BuilderReady'),
    builderUpToDate: findCondition(status?.conditions, 'BuilderUpToDate'),
  };
}

function readSource(source: SourceConfig): ImageRow['source'] {
  const subPath = source.subPath ?? '';
  if (source.git) return { kind: 'git', url: source.git.url, revision: source.git.revision, subPath };
  if (source.blob) return { kind: 'blob', url: source.blob.url, revision: '', subPath };
  return { kind: 'registry', url: source.registry?.image ?? '', revision: '', subPath };
}
