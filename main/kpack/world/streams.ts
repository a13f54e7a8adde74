import type { LiveList } from '../../../preload/contract/live.ts';

/**
 * The newest value whenever the reader asks: a slow reader misses what was true in between, never
 * what is true now. `start` is given the function to call with each value, one that ends the stream
 * (with an error or without) and returns what is to be called at the end.
 */
export async function* latest<T>(
  start: (push: (value: T) => void, end: (error?: Error) => void) => () => void,
  signal: AbortSignal | undefined,
  merge: (waiting: T, next: T) => T = (_, next) => next,
): AsyncGenerator<T, undefined, undefined> {
  let waiting: { value: T } | null = null;
  let ended: { error: Error | undefined } | null = null;
  let wake = Promise.withResolvers<undefined>();
  const push = (value: T) => {
    waiting = { value: waiting ? merge(waiting.value, value) : value };
    wake.resolve(undefined);
  };
  const end = (error?: Error) => {
    ended ??= { error };
    wake.resolve(undefined);
  };
  const aborted = () => end();
  if (signal?.aborted === true) return undefined;
  signal?.addEventListener('abort', aborted, { once: true });
  const stop = start(push, end);
  const take = () => {
    const taken = waiting;
    waiting = null;
    return taken;
  };
  const failure = () => ended;
  try {
    for (;;) {
      const next = take();
      if (next) {
        yield next.value;
        continue;
      }
      const over = failure();
      if (over) {
        if (over.error) throw over.error;
        return undefined;
      }
      await wake.promise;
      wake = Promise.withResolvers<undefined>();
    }
  } finally {
    signal?.removeEventListener('abort', aborted);
    stop();
  }
}

/** Two messages of a live list as one, for readers that are slower than the changes. */
export function mergeMessages<Row extends { readonly uid: string }>(
  first: LiveList<Row>,
  second: LiveList<Row>,
): LiveList<Row> {
  if (second.type === 'snapshot') return second;
  const removed = new Set(second.removes);
  if (first.type === 'snapshot') {
    const rows = new Map(first.rows.filter((row) => !removed.has(row.uid)).map((row) => [row.uid, row]));
    for (const row of second.upserts) rows.set(row.uid, row);
    return { ...first, rows: [...rows.values()], freshness: second.freshness };
  }
  const upserts = new Map(first.upserts.filter((row) => !removed.has(row.uid)).map((row) => [row.uid, row]));
  for (const row of second.upserts) upserts.set(row.uid, row);
  const removes = new Set([...first.removes, ...second.removes].filter((uid) => !upserts.has(uid)));
  return { type: 'delta', upserts: [...upserts.values()], removes: [...removes], freshness: second.freshness };
}
