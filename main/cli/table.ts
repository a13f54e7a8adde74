import { cut, pad, width } from './width.ts';

/** Rows as aligned columns under a head; the last column is cut to what is left of `columns`. */
export function table(head: string[], rows: string[][], columns: number): string[] {
  const widths = head.map((title, index) => Math.max(width(title), ...rows.map((row) => width(row[index] ?? ''))));
  return [head, ...rows].map((row) =>
    cut(row.map((cell, index) => pad(cell, widths[index] ?? 0)).join('  '), columns).trimEnd(),
  );
}
