// Builds the page and every program of main/ into dist/. Skips what has not changed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { at, root } from './parts/tree.mjs';
import { say } from './parts/words.mjs';

/** dist file (without .cjs) and its source; one build each, see vite.main.config.ts. */
const programs = {
  'desktop/main': 'main/desktop/main.ts',
  'desktop/preload': 'preload/preload.ts',
  'desktop/backend': 'main/desktop/backend.ts',
  'cli/main': 'main/cli/main.ts',
};

const settings = [
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'vite.main.config.ts',
  'svelte.config.js',
  'scripts/build.mjs',
];
const folders = ['preload', 'main', 'renderer', 'resources'];

function files(folder) {
  return readdirSync(at(folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** A digest of all sources: the same digest means that dist/ is up to date. */
function digest() {
  const hash = createHash('sha256');
  for (const file of [...settings.map((name) => at(name)), ...folders.flatMap(files)]) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function vite(config, env) {
  const args = [at('node_modules/vite/bin/vite.js'), 'build', '--config', config, '--logLevel', 'error'];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

/** One build after the other; the code of the first that fails. */
async function all(builds) {
  for (const build of builds) {
    const code = await build();
    if (code !== 0) return code;
  }
  return 0;
}

const stamp = at('dist/.sources');
const now = digest();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  process.stderr.write(`${say('cli.start_building')}\n`);
  mkdirSync(at('dist'), { recursive: true });
  // A build that ends half-way is not up to date, whatever was there before.
  rmSync(stamp, { force: true });
  const main = Object.entries(programs).map(
    ([name, source]) =>
      () =>
        vite('vite.main.config.ts', { ENTRY: `${name}=${source}` }),
  );
  const codes = await Promise.all([all([() => vite('vite.config.ts', {})]), all(main)]);
  const failed = codes.find((code) => code !== 0);
  if (failed === undefined) writeFileSync(stamp, now);
  process.exitCode = failed ?? 0;
}
