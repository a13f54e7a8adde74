import { type Cluster } from './cluster.ts';
import { type Connection } from './connection.ts';
import { refuse } from './error-mapping.ts';

/** The services of the cluster, or UNREACHABLE with the way to setup while there is none. */
export function present(connection: Connection<Cluster>): Cluster {
  const { services } = connection;
  if (services !== null) return services;
  const label = { key: 'cli.backend_open_setup' } as const;
  throw refuse(
    'UNREACHABLE',
    { key: 'cli.backend_no_cluster' },
    { fixes: [{ id: 'open-setup', label, primary: true, params: {} }] },
  );
}

/** The same, once everything of kpack has been seen. */
export async function settled(connection: Connection<Cluster>): Promise<Cluster> {
  const services = present(connection);
  await services.settled();
  return services;
}

/** A live list while there is no cluster. */
export function absentList() {
  return {
    type: 'snapshot' as const,
    rows: [],
    complete: true,
    freshness: { state: 'absent' as const, since: Date.now() },
  };
}

/** A stream as oRPC takes it. Nothing is opened before the first value is asked for, so nothing is left open either. */
export async function* streamOf<Value>(values: AsyncIterable<Value>): AsyncGenerator<Value, undefined, undefined> {
  yield* values;
}
