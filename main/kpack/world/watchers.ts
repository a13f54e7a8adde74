import type { KubernetesClient } from '../../kubernetes/client.ts';
import { kinds, type ResourceKind } from '../../kubernetes/resources.ts';
import { Watcher } from '../../kubernetes/watch.ts';
import { type BuildFact, buildFact } from '../facts/build.ts';
import { type BuilderFact, builderFact } from '../facts/builder.ts';
import { type ClaimFact, claimFact } from '../facts/claim.ts';
import { type ImageFact, imageFact } from '../facts/image.ts';
import { type PodFact, podFact } from '../facts/pod.ts';
import { type SourceFact, sourceFact } from '../facts/source.ts';
import { type Build, type Builder, type Image, labels, type Pod, type SourceResolver } from '../types.ts';

/** One live list per kind that this room reads, each projected to facts at the door. */
export function watchersOf(client: KubernetesClient, onFault: ((error: unknown) => void) | undefined) {
  const watch = <Row, T extends object>(
    kind: ResourceKind,
    project: (object: T) => Row | null,
    labelSelector?: string,
  ) => new Watcher<Row, T>({ client, kind, project, labelSelector, onFault });
  return {
    images: watch<ImageFact, Image>(kinds.image, imageFact),
    builds: watch<BuildFact, Build>(kinds.build, buildFact),
    pods: watch<PodFact, Pod>(kinds.pod, podFact, labels.build),
    sources: watch<SourceFact, SourceResolver>(kinds.sourceResolver, sourceFact),
    claims: watch<ClaimFact, object>(kinds.volumeClaim, claimFact),
    builders: watch<BuilderFact, Builder>(kinds.builder, builderFact),
    clusterBuilders: watch<BuilderFact, Builder>(kinds.clusterBuilder, builderFact),
  };
}
