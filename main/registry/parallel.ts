/**
 * Runs `work` for each item, at most `limit` at a time. After the first failure nothing new starts, the rest is told
 * through its signal, and the failure is thrown when all have ended: nothing goes on behind the caller's back.
 */
export async function forEachParallel<Item>(
  items: Iterable<Item>,
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const queue = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      if (both.aborted) return;
      try {
        await work(next.value, both);
      } catch (error) {
        failures.push(error);
        stop.abort(error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
}
