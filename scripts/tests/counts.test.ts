import { expect, test } from 'vitest';
import { judge, line, none, ofPlaywright, ofProgram, ofVitest, readLine, sum } from './counts.ts';

test('the last line names what was skipped only when something was', () => {
  expect(line({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(line({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
});

test('a line is read back, other lines are not', () => {
  expect(readLine('12 passed, 1 failed, 3 skipped\n')).toEqual({ passed: 12, failed: 1, skipped: 3 });
  expect(readLine('12 passed, 0 failed')).toEqual({ passed: 12, failed: 0, skipped: 0 });
  expect(readLine('unit: 12 passed, 0 failed')).toBeNull();
  expect(readLine('12 passed')).toBeNull();
});

test('parts are added up', () => {
  expect(sum([ofProgram(true), ofProgram(false), { passed: 5, failed: 0, skipped: 2 }])).toEqual({
    passed: 6,
    failed: 1,
    skipped: 2,
  });
  expect(sum([])).toEqual(none);
});

test('vitest: tests are counted', () => {
  expect(
    ofVitest({ success: true, numPassedTests: 40, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 }),
  ).toEqual({ passed: 40, failed: 0, skipped: 3 });
});

test('vitest: a file that does not load is a failure', () => {
  expect(ofVitest({ success: false, numPassedTests: 40, numFailedTests: 0 })).toEqual({
    passed: 40,
    failed: 1,
    skipped: 0,
  });
});

test('playwright: a flaky test has failed', () => {
  expect(ofPlaywright({ errors: [], stats: { expected: 9, unexpected: 1, flaky: 1, skipped: 2 } })).toEqual({
    passed: 9,
    failed: 2,
    skipped: 2,
  });
});

test('playwright: an error outside of tests is a failure', () => {
  expect(
    ofPlaywright({ errors: [{ message: 'no server' }], stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }),
  ).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a part that ends badly is never counted as all passed', () => {
  expect(judge({ passed: 9, failed: 0, skipped: 0 }, 1)).toEqual({ passed: 9, failed: 1, skipped: 0 });
  expect(judge({ passed: 9, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 9, failed: 2, skipped: 0 });
  expect(judge({ passed: 9, failed: 0, skipped: 0 }, 0)).toEqual({ passed: 9, failed: 0, skipped: 0 });
  expect(judge(null, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(judge(null, 0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
});
