import type { ImageRow } from '../../../preload/contract/index.ts';

export type Tab = 'all' | 'building' | 'failed' | 'attention';
export type Column = 'status' | 'name' | 'reason' | 'commit' | 'built' | 'took';
export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

const ranks: Readonly<Record<ImageRow['health'], number>> = {
  building: 0,
  failed: 1,
  stalled: 2,
  waiting: 3,
  unknown: 4,
  ready: 5,
};

/** Rows of a tab that hold every word of the filter, anywhere in what the row shows. */
export function pick(rows: readonly ImageRow[], tab: Tab, filter: string): ImageRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (!belongs(row, tab)) return false;
    const text = [
      row.name,
      row.namespace,
      row.tag,
      row.builder.name,
      row.commit,
      row.latestImage,
      row.health,
      ...row.reasons,
    ]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Whether a row is counted in a tab. */
export function belongs(row: ImageRow, tab: Tab): boolean {
  if (tab === 'building') return row.health === 'building';
  if (tab === 'failed') return row.health === 'failed';
  return tab === 'all' || row.health === 'stalled' || row.health === 'waiting' || row.health === 'unknown';
}

/** Sorted anew; equal rows by name, so that nothing jumps. */
export function sorted(rows: readonly ImageRow[], { column, descending }: Order): ImageRow[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(a, b, column) || byName(a, b));
}

function compare(a: ImageRow, b: ImageRow, column: Column): number {
  switch (column) {
    case 'status':
      return ranks[a.health] - ranks[b.health];
    case 'name':
      return byName(a, b);
    case 'reason':
      return (a.reasons[0] ?? '').localeCompare(b.reasons[0] ?? '');
    case 'commit':
      return a.commit.localeCompare(b.commit);
    case 'built':
      return builtAt(a) - builtAt(b);
    case 'took':
      return (a.durationMs ?? -1) - (b.durationMs ?? -1);
  }
}

function byName(a: ImageRow, b: ImageRow): number {
  return a.name.localeCompare(b.name) || a.namespace.localeCompare(b.namespace);
}

/** When it was built last; what builds now counts as now. */
function builtAt(row: ImageRow): number {
  return row.running === null ? (row.builtAt ?? row.createdAt) : Number.MAX_SAFE_INTEGER;
}

/** A tag without the registry's address, which is the same for all local ones. */
export function shortTag(tag: string): string {
  const slash = tag.indexOf('/');
  return slash > 0 && /[.:]/.test(tag.slice(0, slash)) ? tag.slice(slash + 1) : tag;
}

/** First row to draw and how many, for rows of one height. */
export function visible(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / rowHeight) - 8);
  return { first, last: Math.min(count, Math.ceil((top + height) / rowHeight) + 8) };
}
