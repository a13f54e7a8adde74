import { describe, expect, it, vi } from 'vitest';
import { LineCache, pageSize } from './lines.ts';

function log(length: number) {
  return vi.fn((step: string, from: number, count: number) =>
    Promise.resolve(
      Array.from({ length: Math.max(0, Math.min(count, length - from)) }, (_, i) => ({
        index: from + i,
        at: '',
        text: `${step} ${String(from + i)}`,
        cut: false,
      })),
    ),
  );
}

describe('LineCache', () => {
  it('asks once for the page around a line and gives it afterwards', async () => {
    const fetch = log(1000);
    const loaded = vi.fn();
    const cache = new LineCache(fetch, loaded);
    expect(cache.line('build', 250)).toBeNull();
    expect(cache.line('build', 251)).toBeNull();
    await vi.waitFor(() => expect(loaded).toHaveBeenCalledTimes(1));
    expect(cache.line('build', 250)?.text).toBe('build 250');
    expect(fetch).toHaveBeenCalledExactlyOnceWith('build', pageSize, pageSize);
  });

  it('asks again for the end of a growing log', async () => {
    let length = 3;
    const loaded = vi.fn();
    const cache = new LineCache((step, from, count) => log(length)(step, from, count), loaded);
    cache.line('build', 2);
    await vi.waitFor(() => expect(loaded).toHaveBeenCalledTimes(1));
    length = 5;
    expect(cache.line('build', 4)).toBeNull();
    await vi.waitFor(() => expect(loaded).toHaveBeenCalledTimes(2));
    expect(cache.line('build', 4)?.text).toBe('build 4');
  });

  it('keeps no more pages than its limit', async () => {
    const fetch = log(10 * pageSize);
    const loaded = vi.fn();
    const cache = new LineCache(fetch, loaded, 2);
    for (const page of [0, 1, 2]) {
      cache.line('build', page * pageSize);
      await vi.waitFor(() => expect(loaded).toHaveBeenCalledTimes(page + 1));
    }
    expect(cache.line('build', 2 * pageSize)).not.toBeNull();
    expect(cache.line('build', 0)).toBeNull();
  });
});
