/** `npm test`: every part, even when one fails; the last line is `N passed, N failed[, N skipped]`. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findBrowser, prepareBrowser } from './browser.ts';
import { type Counts, judge, line, none, ofPlaywright, ofVitest, readLine, sum } from './counts.ts';
import { chooseParts, type Part } from './parts.ts';

const root = path.resolve(import.meta.dirname, '../..');
const results = path.join(root, 'test-results');

const chosen = chooseParts(root, process.argv.slice(2));
const browser = chosen.some((part) => part.browser) ? prepareBrowser(process.env) : findBrowser(process.env);
mkdirSync(results, { recursive: true });
// Ctrl-C reaches the running part by itself; the numbers so far are still worth a line.
process.on('SIGINT', () => undefined);

const ended: { part: Part; counts: Counts; seconds: number }[] = [];
for (const part of chosen) {
  console.log(`\n=== ${part.script}`);
  const startedAt = performance.now();
  const counts = await runPart(part);
  ended.push({ part, counts, seconds: (performance.now() - startedAt) / 1000 });
}
console.log('');
for (const { part, counts, seconds } of ended)
  console.log(`${part.script.padEnd(14)} ${seconds.toFixed(1).padStart(7)} s  ${line(counts)}`);
const total = sum(ended.map(({ counts }) => counts));
console.log(line(total));
process.exitCode = total.failed === 0 ? 0 : 1;

async function runPart(part: Part): Promise<Counts> {
  if (part.browser && browser === null) {
    console.log('There is no Chromium. Install it, or name one in CHROMIUM.');
    return { ...none, failed: 1 };
  }
  const report = path.join(results, `${part.script.replace('test:', '')}.json`);
  rmSync(report, { force: true });
  const env = {
    ...process.env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    ...(browser === null ? {} : { CHROMIUM: browser }),
  };
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = spawn('npm', ['run', '--silent', part.script, ...(part.args.length > 0 ? ['--', ...part.args] : [])], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  child.on('error', () => resolve(1));
  child.on('close', (code) => resolve(code ?? 1));
  let last: Counts | null = null;
  for await (const text of createInterface({ input: child.stdout })) {
    // Only the very last line of `npm test` may look like a result.
    last = readLine(text);
    if (last === null) console.log(text);
  }
  const code = await promise;
  return judge(part.counts === 'line' ? last : part.counts === 'exit' ? null : readReport(part.counts, report), code);
}

function readReport(kind: 'vitest' | 'playwright', file: string): Counts {
  try {
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return kind === 'vitest' ? ofVitest(report) : ofPlaywright(report);
  } catch {
    return { ...none, failed: 1 };
  }
}
