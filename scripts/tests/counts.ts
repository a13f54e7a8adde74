/** How the tests of one part ended. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

/** The sum of several parts. */
export function sum(parts: readonly Counts[]): Counts {
  return parts.reduce(
    (all, part) => ({
      passed: all.passed + part.passed,
      failed: all.failed + part.failed,
      skipped: all.skipped + part.skipped,
    }),
    none,
  );
}

/** `N passed, N failed`, with `, N skipped` where something was. */
export function line({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

const pattern = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/** Reads such a line; null when it is another one. */
export function readLine(text: string): Counts | null {
  const found = pattern.exec(text.trim());
  return found === null ? null : { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
}

/** What a part that only passes or fails (a linter) counts. */
export function ofProgram(ok: boolean): Counts {
  return { ...none, [ok ? 'passed' : 'failed']: 1 };
}

/** From vitest's JSON reporter: https://vitest.dev/guide/reporters#json-reporter */
export function ofVitest(report: unknown): Counts {
  const read = fields(report);
  const counts = {
    passed: number(read['numPassedTests']),
    failed: number(read['numFailedTests']),
    skipped: number(read['numPendingTests']) + number(read['numTodoTests']),
  };
  // A file that cannot even be loaded has no tests that could fail.
  return read['success'] === true || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

/** From Playwright's JSON reporter: https://playwright.dev/docs/test-reporters#json-reporter. A flaky test has failed. */
export function ofPlaywright(report: unknown): Counts {
  const read = fields(report);
  const stats = fields(read['stats']);
  const counts = {
    passed: number(stats['expected']),
    failed: number(stats['unexpected']) + number(stats['flaky']),
    skipped: number(stats['skipped']),
  };
  const errors = Array.isArray(read['errors']) ? read['errors'].length : 0;
  return errors > 0 && counts.failed === 0 ? { ...counts, failed: errors } : counts;
}

/** What a part counts in the end: a program that ends badly without a failed test is one failure. */
export function judge(counts: Counts | null, exitCode: number): Counts {
  if (counts === null) return ofProgram(exitCode === 0);
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
