import { type Cluster } from './cluster.ts';
import { type Connection } from './connection.ts';
import { type GuardedContract } from './guarded.ts';
import { present, settled, streamOf } from './handlers.ts';

/** The requests of preload/contract/run.ts. */
export function runHandlers(os: GuardedContract['run'], connection: Connection<Cluster>) {
  return {
    start: os.start.handler(async ({ input }) => (await settled(connection)).runs.start(input)),
    stop: os.stop.handler(({ input }) => present(connection).runs.stop(input)),
    watch: os.watch.handler(({ input, signal }) => streamOf(present(connection).runs.watch(input, signal))),
  };
}
