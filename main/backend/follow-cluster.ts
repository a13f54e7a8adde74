import { type ClusterServices, type Connection } from './connection.ts';

export interface Following<Services, Message> {
  signal: AbortSignal | undefined;
  /** The stream of one cluster; it ends with the signal it is given. */
  open: (services: Services, signal: AbortSignal) => AsyncIterable<Message>;
  /** What to say while there is no cluster; null says nothing. */
  absent: () => Message | null;
}

/**
 * One stream over all clusters that come and go: what the present one says, `absent` in between. Ends
 * with the signal, or when the stream of a cluster that is still there ends by itself.
 */
export async function* followCluster<Services extends ClusterServices, Message>(
  connection: Connection<Services>,
  { signal, open, absent }: Following<Services, Message>,
): AsyncGenerator<Message, void, void> {
  while (signal?.aborted !== true) {
    const changed = new AbortController();
    const unsubscribe = connection.subscribe(() => changed.abort());
    try {
      const { services } = connection;
      const until = signal === undefined ? changed.signal : AbortSignal.any([signal, changed.signal]);
      if (services !== null) {
        yield* ending(open(services, until), until);
        if (!changed.signal.aborted) return;
        continue;
      }
      const message = absent();
      if (message !== null) yield message;
      await ended(until);
    } finally {
      unsubscribe();
    }
  }
}

/** A stream that is told to end ends without an error. */
async function* ending<Message>(
  stream: AsyncIterable<Message>,
  until: AbortSignal,
): AsyncGenerator<Message, void, void> {
  try {
    yield* stream;
  } catch (error) {
    if (!until.aborted) throw error;
  }
}

async function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  signal.addEventListener('abort', () => resolve(undefined), { once: true });
  await promise;
}
