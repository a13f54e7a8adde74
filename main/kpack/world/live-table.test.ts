import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveList } from '../../../preload/contract/live.ts';
import { LiveTable } from './live-table.ts';

interface Row {
  uid: string;
  value: number;
}

const freshness = { state: 'live', since: 1 } as const;
let table: LiveTable<Row>;
let stop: AbortController;
let seen: LiveList<Row>[];

/** Lets timers and readers run until nothing is left to do. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(100);
}

async function read(): Promise<void> {
  for await (const message of table.watch(stop.signal)) seen.push(message);
}

beforeEach(() => {
  vi.useFakeTimers();
  table = new LiveTable<Row>((a, b) => b.value - a.value);
  stop = new AbortController();
  seen = [];
});

afterEach(() => {
  stop.abort();
  table.dispose();
  vi.useRealTimers();
});

describe('a live table', () => {
  it('begins with a snapshot in order', async () => {
    table.set({ uid: 'a', value: 1 });
    table.set({ uid: 'b', value: 2 });
    await settle();
    void read();
    await settle();
    expect(seen).toMatchObject([{ type: 'snapshot', complete: false, rows: [{ uid: 'b' }, { uid: 'a' }] }]);
  });

  it('gathers changes into one message', async () => {
    void read();
    await settle();
    table.set({ uid: 'a', value: 1 });
    table.set({ uid: 'a', value: 2 });
    table.set({ uid: 'b', value: 3 });
    table.delete('b');
    await settle();
    expect(seen.slice(1)).toMatchObject([{ type: 'delta', upserts: [{ uid: 'a', value: 2 }], removes: ['b'] }]);
  });

  it('says nothing about a row that came out the same', async () => {
    table.set({ uid: 'a', value: 1 });
    await settle();
    void read();
    await settle();
    table.set({ uid: 'a', value: 1 });
    await settle();
    expect(seen).toHaveLength(1);
  });

  it('sends a whole snapshot when it has become complete', async () => {
    void read();
    table.set({ uid: 'a', value: 1 });
    table.state(true, freshness);
    await settle();
    expect(seen.at(-1)).toMatchObject({ type: 'snapshot', complete: true, rows: [{ uid: 'a' }], freshness });
  });
});
