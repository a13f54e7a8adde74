import { describe, expect, it } from 'vitest';
import { lineHeight, offsetOf, rowsBetween, stepHeight, totalHeight, type Section } from './layout.ts';

const sections: Section[] = [
  { step: 'prepare', lines: 8, open: false },
  { step: 'build', lines: 1_000_000, open: true },
  { step: 'export', lines: 3, open: true },
];

describe('layout of the log', () => {
  it('counts folded steps by their row only', () => {
    expect(totalHeight(sections)).toBe(3 * stepHeight + 1_000_003 * lineHeight);
  });

  it('finds a line of an open step and the row of a folded one', () => {
    expect(offsetOf(sections, 'build', 10)).toBe(2 * stepHeight + 10 * lineHeight);
    expect(offsetOf(sections, 'prepare', 5)).toBe(0);
  });

  it('gives only the rows in sight, with the row of their step first', () => {
    const from = offsetOf(sections, 'build', 500_000);
    const rows = rowsBetween(sections, from, from + 10 * lineHeight);
    expect(rows[0]).toEqual({ kind: 'step', step: 'build', top: stepHeight });
    expect(rows).toHaveLength(11);
    expect(rows[1]).toEqual({ kind: 'line', step: 'build', index: 500_000, top: from });
  });

  it('crosses from one step to the next', () => {
    const from = offsetOf(sections, 'export', null) - lineHeight;
    const rows = rowsBetween(sections, from, from + lineHeight + stepHeight + lineHeight);
    expect(rows.map((row) => (row.kind === 'step' ? row.step : `${row.step} ${String(row.index)}`))).toEqual([
      'build',
      'build 999999',
      'export',
      'export 0',
    ]);
  });
});
