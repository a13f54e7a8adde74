import { existsSync } from 'node:fs';
import path from 'node:path';

/** One part of `npm test`; it runs alone as `npm run <script>`. */
export interface Part {
  script: string;
  /** Only counted when this exists. */
  needs: string;
  browser: boolean;
  /** Where its numbers come from: only its exit code, a report, or the last line it prints. */
  counts: 'exit' | 'vitest' | 'playwright' | 'line';
  args: string[];
}

/** Quick answers first; what needs a machine of its own last. */
export const parts: readonly Part[] = [
  { script: 'lint', needs: 'eslint.config.js', browser: false, counts: 'exit', args: [] },
  { script: 'check', needs: 'tsconfig.json', browser: false, counts: 'exit', args: [] },
  {
    script: 'test:unit',
    needs: 'vitest.config.ts',
    browser: false,
    counts: 'vitest',
    args: ['--reporter=default', '--reporter=json', '--outputFile.json=test-results/unit.json'],
  },
  {
    script: 'test:ui',
    needs: 'test/ui/playwright.config.ts',
    browser: true,
    counts: 'playwright',
    args: ['--reporter=list,json'],
  },
  { script: 'test:electron', needs: 'test/electron/run.ts', browser: false, counts: 'line', args: [] },
  { script: 'test:e2e', needs: 'test/e2e/run.ts', browser: true, counts: 'line', args: [] },
];

/** The parts that exist, or of them the ones that are named (`npm test -- unit ui`). */
export function chooseParts(root: string, names: readonly string[]): Part[] {
  const present = parts.filter((part) => existsSync(path.join(root, part.needs)));
  return names.length === 0
    ? present
    : present.filter((part) => names.includes(part.script) || names.includes(part.script.replace('test:', '')));
}
