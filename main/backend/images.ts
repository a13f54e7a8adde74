import { type Cluster } from './cluster.ts';
import { type Connection } from './connection.ts';
import { followCluster } from './follow-cluster.ts';
import { type GuardedContract } from './guarded.ts';
import { absentList, present, settled, streamOf } from './handlers.ts';

/** The requests of preload/contract/images.ts. */
export function imageHandlers(os: GuardedContract['images'], connection: Connection<Cluster>) {
  return {
    watch: os.watch.handler(({ signal }) =>
      followCluster(connection, { signal, absent: absentList, open: ({ images }, until) => images.watch(until) }),
    ),
    watchOne: os.watchOne.handler(({ input, signal }) => streamOf(present(connection).images.watchOne(input, signal))),
    defaults: os.defaults.handler(async () => (await settled(connection)).images.defaults()),
    check: os.check.handler(async ({ input }) => (await settled(connection)).images.check(input)),
    create: os.create.handler(async ({ input }) => (await settled(connection)).images.create(input)),
    build: os.build.handler(async ({ input }) => (await settled(connection)).images.build(input)),
    removal: os.removal.handler(async ({ input }) => (await settled(connection)).images.removal(input)),
    remove: os.remove.handler(async ({ input }) => (await settled(connection)).images.remove(input)),
    references: os.references.handler(({ input }) => present(connection).images.references(input.url)),
  };
}
