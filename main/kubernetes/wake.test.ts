import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onWake } from './wake.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a timer that comes much too late means sleep; one in time does not', () => {
  const woken = vi.fn();
  const stop = onWake(woken, { slept: 15_000, sleepCheck: 5000 });
  vi.advanceTimersByTime(20_000);
  expect(woken).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(5000);
  expect(woken).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(20_000);
  expect(woken).toHaveBeenCalledTimes(1);
  stop();
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(5000);
  expect(woken).toHaveBeenCalledTimes(1);
});
