import { describe, expect, it } from 'vitest';
import type { LiveList } from '../../../preload/contract/live.ts';
import { latest, mergeMessages } from './streams.ts';

interface Row {
  uid: string;
  value: number;
}

const freshness = { state: 'live', since: 1 } as const;
const row = (uid: string, value = 0): Row => ({ uid, value });
const delta = (upserts: Row[], removes: string[] = []): LiveList<Row> => ({
  type: 'delta',
  upserts,
  removes,
  freshness,
});
const snapshot = (rows: Row[]): LiveList<Row> => ({ type: 'snapshot', rows, complete: true, freshness });

describe('two messages as one', () => {
  it('a delta goes into the snapshot that waits', () => {
    expect(mergeMessages(snapshot([row('a'), row('b')]), delta([row('b', 1), row('c')], ['a']))).toEqual(
      snapshot([row('b', 1), row('c')]),
    );
  });

  it('a snapshot replaces what waits', () => {
    expect(mergeMessages(delta([row('a')]), snapshot([row('b')]))).toEqual(snapshot([row('b')]));
  });

  it('a row that came and went is only removed', () => {
    expect(mergeMessages(delta([row('a')]), delta([], ['a']))).toEqual(delta([], ['a']));
  });

  it('a row that went and came back is there', () => {
    expect(mergeMessages(delta([], ['a']), delta([row('a', 2)]))).toEqual(delta([row('a', 2)]));
  });
});

describe('a stream of the latest value', () => {
  it('gives a slow reader what is true now, and ends with the last value', async () => {
    const stream = latest<number>((push, end) => {
      push(1);
      push(2);
      end();
      return () => undefined;
    }, undefined);
    const seen: number[] = [];
    for await (const value of stream) seen.push(value);
    expect(seen).toEqual([2]);
  });

  it('lets go when the reader leaves', async () => {
    let stopped = false;
    for await (const value of latest<number>((push) => {
      push(1);
      return () => (stopped = true);
    }, undefined)) {
      if (value === 1) break;
    }
    expect(stopped).toBe(true);
  });

  it('ends with its signal while it waits', async () => {
    const stop = new AbortController();
    let stopped = false;
    const next = latest<number>(() => () => (stopped = true), stop.signal).next();
    stop.abort();
    expect([await next, stopped]).toEqual([{ done: true, value: undefined }, true]);
  });

  it('throws the error that ends it', async () => {
    const stream = latest<number>((_, end) => {
      end(new Error('gone'));
      return () => undefined;
    }, undefined);
    await expect(stream.next()).rejects.toThrow('gone');
  });
});
