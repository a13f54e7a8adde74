import { describe, expect, it } from 'vitest';
import { age, duration, shortCommit, shortDigest } from './format.ts';

describe('format', () => {
  it('says ages in the reader’s language', () => {
    const now = 1_000_000_000;
    expect(age(now - 6 * 60_000, now, 'en')).toMatch(/^6.*ago$/);
    expect(age(now - 3 * 86_400_000, now, 'ja')).toMatch(/^3 ?日前$/);
    expect(age(now + 5000, now, 'en')).toBe('now');
  });

  it('writes durations', () => {
    expect([14_000, 62_400, 3_727_000].map(duration)).toEqual(['0:14', '1:02', '1:02:07']);
  });

  it('shortens digests and commits only', () => {
    expect(shortDigest(`r/a@sha256:${'0123456789abcdef'.repeat(4)}`)).toBe('0123456789ab');
    expect(shortDigest('latest')).toBe('');
    expect(shortCommit('a'.repeat(40))).toBe('aaaaaaa');
    expect(shortCommit('main')).toBe('main');
  });
});
