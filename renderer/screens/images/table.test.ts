import { describe, expect, it } from 'vitest';
import type { ImageRow } from '../../../preload/contract/index.ts';
import { pick, shortTag, sorted, visible } from './table.ts';

function row(name: string, values: Partial<ImageRow> = {}): ImageRow {
  return {
    uid: name,
    namespace: 'default',
    name,
    health: 'ready',
    cause: null,
    reasons: ['CONFIG'],
    source: { kind: 'git', url: '', revision: 'main', subPath: '' },
    builder: { kind: 'ClusterBuilder', name: 'base' },
    tag: `172.30.255.10:5000/apps/${name}`,
    latestImage: '',
    commit: '',
    createdAt: 0,
    builtAt: 1,
    durationMs: 1000,
    buildCount: 1,
    trend: [],
    running: null,
    ...values,
  };
}

const names = (rows: readonly ImageRow[]) => rows.map(({ name }) => name);

describe('the table of images', () => {
  const rows = [
    row('web', { builtAt: 5 }),
    row('api', { health: 'failed', builtAt: 9 }),
    row('mail', { health: 'stalled', builtAt: 1 }),
  ];

  it('picks by tab and by every word of the filter', () => {
    expect(names(pick(rows, 'failed', ''))).toEqual(['api']);
    expect(names(pick(rows, 'attention', ''))).toEqual(['mail']);
    expect(names(pick(rows, 'all', 'APPS we'))).toEqual(['web']);
  });

  it('sorts newest first and puts what builds now on top', () => {
    const now = row('now', {
      running: { build: 'b', number: 1, step: '', stepIndex: 0, stepCount: 7, startedAt: 0, expectedMs: null },
    });
    expect(names(sorted([...rows, now], { column: 'built', descending: true }))).toEqual(['now', 'api', 'web', 'mail']);
    expect(names(sorted(rows, { column: 'status', descending: false }))).toEqual(['api', 'mail', 'web']);
  });

  it('leaves the registry out of a tag only where there is one', () => {
    expect(shortTag('172.30.255.10:5000/apps/web')).toBe('apps/web');
    expect(shortTag('library/web')).toBe('library/web');
  });

  it('draws only what is in sight', () => {
    expect(visible(48 * 1000, 480, 48, 2000)).toEqual({ first: 992, last: 1018 });
    expect(visible(0, 480, 48, 3)).toEqual({ first: 0, last: 3 });
  });
});
