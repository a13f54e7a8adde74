// Builds the page and every program of main/ into dist/. Skips what has not changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** dist file (without .cjs) and its source; one build each, see vite.main.config.ts. */
const programs = {
  'desktop/main': 'main/desktop/main.ts',
  'desktop/preload': 'preload/preload.ts',
  'desktop/backend': 'main/desktop/backend.ts',
  'server/main': 'main/server/main.ts',
  'cli/main': 'main/cli/main.ts',
};

function files(folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** A digest of all sources: the same digest means that dist/ is up to date. */
function digest() {
  const hash = createHash('sha256');
  const roots = ['package-lock.json', 'vite.config.ts', 'vite.main.config.ts', 'svelte.config.js', 'scripts/build.mjs'];
  for (const file of [
    ...roots.map((name) => path.join(root, name)),
    ...['preload', 'main', 'renderer', 'resources'].flatMap(files),
  ]) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

function vite(config, env) {
  const result = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', config, '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    },
  );
  if (result.status !== 0) process.exit(result.status ?? 1);
}

const stamp = path.join(root, 'dist/.sources');
const now = digest();
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) process.exit(0);
mkdirSync(path.join(root, 'dist'), { recursive: true });
vite('vite.config.ts', {});
for (const [name, source] of Object.entries(programs)) {
  if (existsSync(path.join(root, source))) vite('vite.main.config.ts', { ENTRY: `${name}=${source}` });
}
writeFileSync(stamp, now);
