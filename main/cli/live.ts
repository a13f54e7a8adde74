import { type LiveList } from '../../preload/contract/index.ts';

/**
 * The rows of a live list as soon as it is whole. Ends with what is known when the cluster cannot be
 * reached (`reconnecting`, `forbidden`) or is not there (`absent`).
 */
export async function wholeList<Row>(
  stream: Promise<AsyncIterable<LiveList<Row>>>,
  key: (row: Row) => string,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for await (const message of await stream) {
    if (message.type === 'snapshot') rows.clear();
    else for (const removed of message.removes) rows.delete(removed);
    for (const row of message.type === 'snapshot' ? message.rows : message.upserts) rows.set(key(row), row);
    const whole = message.type === 'snapshot' && message.complete && message.freshness.state !== 'loading';
    if (whole || ['reconnecting', 'forbidden', 'absent'].includes(message.freshness.state)) break;
  }
  return [...rows.values()];
}
