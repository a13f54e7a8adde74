// `npm start`: installs, builds, and opens the app; `npm start -- <command>` runs the command line.
import { spawn, spawnSync } from 'node:child_process';
import { installDependencies } from './parts/dependencies.mjs';
import { findWindow } from './parts/electron.mjs';
import { at, node, root } from './parts/tree.mjs';
import { say } from './parts/words.mjs';

/** A window that ends badly this soon never opened. */
const soonMs = 10_000;

const args = process.argv.slice(2);
const tell = (key, values) => process.stderr.write(`${say(key, values)}\n`);

installDependencies(() => tell('cli.start_installing'));
const built = spawnSync(node, [at('scripts', 'build.mjs')], { cwd: root, stdio: ['ignore', 2, 2] });
if (built.status !== 0) process.exit(built.status ?? 1);

process.exitCode = args.length > 0 ? await cli(args) : await app();

async function app() {
  const found = await findWindow(process.env, (version) => tell('cli.start_downloading', { version }));
  if (found.program !== undefined) {
    const startedAt = Date.now();
    const code = await run(found.program, [root]);
    if (code === 0 || Date.now() - startedAt > soonMs) return code;
  }
  tell(found.reason ?? 'cli.start_window_failed');
  return cli(['serve']);
}

function cli(words) {
  return run(node, [at('dist', 'cli', 'main.cjs'), ...words]);
}

/** Runs a program on this terminal. Ctrl-C reaches it by itself; what is sent to us alone is passed on. */
function run(program, words) {
  return new Promise((resolve) => {
    // Relative paths of the command line start where npm was called, not where package.json lies.
    const env = { ...process.env, KPACK_DESKTOP_PROGRAM: 'npm start --' };
    const child = spawn(program, words, { cwd: process.env.INIT_CWD ?? process.cwd(), stdio: 'inherit', env });
    const ignore = () => {};
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', ignore).on('SIGTERM', pass).on('SIGHUP', pass);
    // A signal to npm ends the shell between npm and us at most; we are told nothing: https://github.com/npm/run-script/pull/142
    const parent = process.ppid;
    const orphaned = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500);
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code, signal) => {
      clearInterval(orphaned);
      process.off('SIGINT', ignore).off('SIGTERM', pass).off('SIGHUP', pass);
      resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 3 : 1));
    });
  });
}
