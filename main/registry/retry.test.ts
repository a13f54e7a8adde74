import { expect, test } from 'vitest';
import { RegistryError } from './errors.ts';
import { canRetry, retrying, type RetryOptions } from './retry.ts';

function options(waits: number[]): RetryOptions {
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  return { attempts: 3, pauseMs: 100, maxPauseMs: 1000, wait };
}

const broken = new RegistryError('unreachable', 'broke');
const forever = new AbortController().signal;

test('only what can pass is tried again', () => {
  const kinds = ['unreachable', 'rate-limited', 'unauthorized', 'not-found', 'checksum', 'tls', 'other'] as const;
  expect(kinds.filter((kind) => canRetry(new RegistryError(kind, '')))).toEqual(['unreachable', 'rate-limited']);
  expect([500, 503, 408, 400].map((status) => canRetry(new RegistryError('other', '', { status })))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(canRetry(new Error('ours'))).toBe(false);
});

test('the last error is thrown after all attempts', async () => {
  const waits: number[] = [];
  let runs = 0;
  const run = () => {
    runs++;
    return Promise.reject(broken);
  };
  await expect(retrying(options(waits), forever, run)).rejects.toBe(broken);
  expect([runs, waits.length]).toEqual([3, 2]);
});

test('progress gives new attempts, but not without end', async () => {
  let runs = 0;
  const run = (progressed: () => void) => {
    runs++;
    progressed();
    return Promise.reject(broken);
  };
  await expect(retrying(options([]), forever, run)).rejects.toBe(broken);
  expect(runs).toBe(30);
});

test('a cancelled wait throws the reason', async () => {
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const wait = (_ms: number, signal: AbortSignal) => {
    cancel.abort(reason);
    return Promise.reject(signal.reason as Error);
  };
  await expect(retrying({ ...options([]), wait }, cancel.signal, () => Promise.reject(broken))).rejects.toBe(reason);
});
