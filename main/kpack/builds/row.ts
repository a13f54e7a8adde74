import type { BuildRow } from '../../../preload/contract/builds.ts';
import type { Text } from '../../../preload/contract/text.ts';
import { type BuildFact, durationOf } from '../facts/build.ts';
import { stateOf } from '../facts/outcome.ts';
import type { PodFact } from '../facts/pod.ts';

/** One build as the page shows it in a list. `live`: it is still in the cluster. */
export function buildRow(build: BuildFact, pod: PodFact | null, cause: Text | null, live: boolean): BuildRow {
  return {
    uid: build.uid,
    namespace: build.namespace,
    name: build.name,
    image: build.image,
    number: build.number,
    state: stateOf(build, pod),
    reasons: [...build.reasons],
    createdAt: build.createdAt,
    finishedAt: build.finishedAt,
    durationMs: durationOf(build),
    commit: build.commit,
    digest: build.digest,
    cause,
    live,
  };
}

/** Newest first, whatever image of the same name they belong to. */
export function newestRowFirst(a: BuildRow, b: BuildRow): number {
  return b.createdAt - a.createdAt || b.number - a.number;
}
