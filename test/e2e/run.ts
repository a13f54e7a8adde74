/** Brings up the lab, runs the end-to-end tests, and ends with the line `N passed, N failed, N skipped`. */
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { up } from '../lab/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
const report = path.join(root, 'test-results/e2e.json');

interface Report {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

const lab = await up({ log: (line) => console.log(line) });
await rm(report, { force: true });
const child = spawn(
  process.execPath,
  [
    path.join(root, 'node_modules/@playwright/test/cli.js'),
    'test',
    '--config',
    path.join(import.meta.dirname, 'playwright.config.ts'),
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...lab.env, E2E_BUNDLE: lab.bundle, E2E_BIN: lab.bin } },
);
const code = await new Promise<number>((resolve) => child.on('exit', (exit) => resolve(exit ?? 1)));
const { stats } = JSON.parse(await readFile(report, 'utf8')) as Report;
console.log(
  `${String(stats.expected)} passed, ${String(stats.unexpected + stats.flaky)} failed, ${String(stats.skipped)} skipped`,
);
process.exitCode = code;
