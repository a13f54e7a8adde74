import { type Cluster } from './cluster.ts';
import { type Connection } from './connection.ts';
import { followCluster } from './follow-cluster.ts';
import { type GuardedContract } from './guarded.ts';
import { absentList, present, settled, streamOf } from './handlers.ts';

/** The requests of preload/contract/builds.ts. */
export function buildHandlers(os: GuardedContract['builds'], connection: Connection<Cluster>) {
  return {
    watch: os.watch.handler(({ input, signal }) =>
      followCluster(connection, {
        signal,
        absent: absentList,
        open: ({ builds }, until) => builds.watch(input, until),
      }),
    ),
    watchOne: os.watchOne.handler(({ input, signal }) => streamOf(present(connection).builds.watchOne(input, signal))),
    cancel: os.cancel.handler(async ({ input }) => (await settled(connection)).builds.cancel(input)),
  };
}
