import { expect, it } from 'vitest';
import { Grouped } from './grouped.ts';

interface Row {
  uid: string;
  group: string;
}

const freshness = { state: 'live', since: 1 } as const;

it('keeps rows by key through deltas and snapshots', () => {
  const rows = new Grouped<Row>((row) => row.group);
  const [a, b, c] = [
    { uid: 'a', group: 'x' },
    { uid: 'b', group: 'x' },
    { uid: 'c', group: 'y' },
  ];
  rows.apply({ type: 'snapshot', rows: [a, b], complete: false, freshness });
  expect(rows.of('x')).toEqual([a, b]);

  const moved = { uid: 'a', group: 'y' };
  expect(rows.apply({ type: 'delta', upserts: [moved, c], removes: ['b'], freshness })).toEqual({
    before: [b, a],
    after: [moved, c],
  });
  expect([rows.of('x'), rows.of('y')]).toEqual([[], [moved, c]]);

  // A snapshot with the same objects changes only what is missing from it.
  expect(rows.apply({ type: 'snapshot', rows: [moved], complete: true, freshness })).toEqual({
    before: [c],
    after: [],
  });
  expect([rows.get('c'), rows.of('y')]).toEqual([undefined, [moved]]);
});
