// Installs the packages when node_modules is missing or of another package-lock.json.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { at, node, root } from './tree.mjs';

const stamp = at('node_modules', '.lock-digest');

/** Runs `npm ci` where it is needed; `announce` is called before. Ends the process when it fails. */
export function installDependencies(announce) {
  const digest = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && existsSync(node) && readFileSync(stamp, 'utf8') === digest) return;
  if (!installedByHand()) {
    announce();
    // Inside `npm start` the path of npm itself is known; on Windows a bare `npm` is a batch file.
    const npm = process.env.npm_execpath;
    const [command, ...args] = npm?.endsWith('.js') ? [process.execPath, npm, 'ci'] : ['npm', 'ci'];
    const { status } = spawnSync(command, [...args, '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32' && command === 'npm',
    });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeFileSync(stamp, digest);
}

/** `npm ci` or `npm install` ran without us: npm notes what it installed when it has finished. */
function installedByHand() {
  const note = at('node_modules', '.package-lock.json');
  if (!existsSync(note) || !existsSync(node)) return false;
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages;
  const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  return Object.entries(packages).every(
    ([name, wanted]) => name === '' || wanted.optional === true || installed[name]?.version === wanted.version,
  );
}
