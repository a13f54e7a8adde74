import { type LiveList } from '../../preload/contract/index.ts';

/** The cluster's lists cannot be read: it is not there, does not answer, or does not let us. */
export class Unreadable extends Error {
  readonly state: 'absent' | 'reconnecting' | 'forbidden';

  constructor(state: Unreadable['state']) {
    super(state);
    this.state = state;
  }
}

/** The rows of a live list as soon as it is whole. Throws `Unreadable` when it cannot become so. */
export async function wholeList<Row>(
  stream: Promise<AsyncIterable<LiveList<Row>>>,
  key: (row: Row) => string,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  let complete = false;
  for await (const message of await stream) {
    if (message.type === 'snapshot') {
      rows.clear();
      complete = message.complete;
    } else for (const removed of message.removes) rows.delete(removed);
    for (const row of message.type === 'snapshot' ? message.rows : message.upserts) rows.set(key(row), row);
    const { state } = message.freshness;
    if (state === 'absent' || state === 'reconnecting' || state === 'forbidden') throw new Unreadable(state);
    if (complete && state === 'live') break;
  }
  return [...rows.values()];
}
