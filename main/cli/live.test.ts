import { expect, test } from 'vitest';
import { type LiveList } from '../../preload/contract/index.ts';
import { wholeList } from './live.ts';

interface Row {
  uid: string;
}

const freshness = (state: LiveList<Row>['freshness']['state']): LiveList<Row>['freshness'] => ({ state, since: 0 });

async function* stream(...messages: LiveList<Row>[]): AsyncGenerator<LiveList<Row>> {
  yield* messages;
  await Promise.resolve();
}

async function read(...messages: LiveList<Row>[]): Promise<string[]> {
  const rows = await wholeList(Promise.resolve(stream(...messages)), (row) => row.uid);
  return rows.map(({ uid }) => uid);
}

test('a list is read until it is whole and live', async () => {
  expect(
    await read(
      { type: 'snapshot', rows: [{ uid: 'old' }], complete: false, freshness: freshness('loading') },
      { type: 'snapshot', rows: [{ uid: 'a' }, { uid: 'b' }], complete: true, freshness: freshness('loading') },
      { type: 'delta', upserts: [{ uid: 'c' }], removes: ['a'], freshness: freshness('live') },
      { type: 'delta', upserts: [{ uid: 'later' }], removes: [], freshness: freshness('live') },
    ),
  ).toEqual(['b', 'c']);
});

test.each(['absent', 'reconnecting', 'forbidden'] as const)('a list that is %s is no empty list', async (state) => {
  await expect(read({ type: 'snapshot', rows: [], complete: true, freshness: freshness(state) })).rejects.toMatchObject(
    { state },
  );
});
