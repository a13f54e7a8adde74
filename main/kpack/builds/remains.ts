import { type Build, labels } from '../types.ts';
import type { BuildFact } from '../facts/build.ts';

/** A Build object from what was kept of one that is gone before it could be read whole. */
export function remainsOf(fact: BuildFact): Build {
  return {
    apiVersion: 'kpack.io/v1alpha2',
    kind: 'Build',
    metadata: {
      name: fact.name,
      namespace: fact.namespace,
      uid: fact.uid,
      creationTimestamp: new Date(fact.createdAt).toISOString(),
      labels: { [labels.image]: fact.image, [labels.buildNumber]: String(fact.number) },
      annotations: { [labels.reason]: fact.reasons.join(',') },
    },
    spec: { source: { git: { url: '', revision: fact.commit } } },
    status: {
      latestImage: fact.digest,
      podName: fact.podName,
      conditions:
        fact.outcome === 'open'
          ? []
          : [{ type: 'Succeeded', status: fact.outcome === 'succeeded' ? 'True' : 'False', message: fact.message }],
    },
  };
}
