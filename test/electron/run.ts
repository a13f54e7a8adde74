/**
 * `npm run test:electron`: the window in a real Electron, where there is one and a display. Last line:
 * `N passed, N failed, N skipped`; where it cannot run, everything counts as skipped.
 */
import { _electron } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { electronProgram } from '../../scripts/parts/electron.mjs';
import { cases } from './cases.ts';

const root = path.resolve(import.meta.dirname, '../..');
const program = electronProgram();
const obstacle =
  program === null
    ? 'there is no Electron runtime (node_modules/electron/dist or ELECTRON_OVERRIDE_DIST_PATH)'
    : process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']
      ? 'there is no display (xvfb-run gives one)'
      : process.platform === 'linux' && process.getuid?.() === 0
        ? "Electron's sandbox does not run as root"
        : null;

if (program === null || obstacle !== null) {
  console.log(`The window was not tested: ${obstacle ?? ''}.`);
  console.log(`0 passed, 0 failed, ${cases.length} skipped`);
} else {
  process.exitCode = await runAll(program);
}

async function runAll(executablePath: string): Promise<number> {
  const home = await mkdtemp(path.join(tmpdir(), 'kpack-desktop-window-'));
  const env = { ...(process.env as Record<string, string>), KPACK_DESKTOP_HOME: home };
  let failed = 0;
  const app = await _electron.launch({ executablePath, args: [root], env });
  try {
    const page = await app.firstWindow();
    for (const { name, run } of cases) if (!(await attempt(name, async () => run(app, page)))) failed += 1;
  } finally {
    await app.close();
    await rm(home, { recursive: true, force: true });
  }
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function attempt(name: string, run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    console.log(`✓ ${name}`);
    return true;
  } catch (error) {
    console.log(`✗ ${name}`);
    console.log(error instanceof Error ? error.message : String(error));
    return false;
  }
}
