// Finds out whether the app can open as a window here, and with which Electron.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { at } from './tree.mjs';

const downloadMs = 5 * 60_000;

/**
 * The Electron program, or the key of the message that says why there is no window.
 * @returns {Promise<{ program: string } | { reason: string }>}
 */
export async function findWindow(env = process.env, announceDownload = () => {}) {
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return { reason: 'cli.start_no_display' };
  if (env.SSH_CONNECTION && process.platform !== 'linux') return { reason: 'cli.start_no_display' };
  // https://crbug.com/638180: Chromium's sandbox refuses root, and we do not open a window without it.
  if (process.platform === 'linux' && process.getuid() === 0) return { reason: 'cli.start_root' };
  const program = electronProgram(env) ?? (await download(env, announceDownload));
  return program === null ? { reason: 'cli.start_no_runtime' } : { program };
}

/** The Electron that is here, or null. Never downloads. */
export function electronProgram(env = process.env) {
  const name =
    { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';
  const folders = [env.ELECTRON_OVERRIDE_DIST_PATH, at('node_modules', 'electron', 'dist')];
  return (
    folders
      .filter((folder) => folder)
      .map((folder) => path.join(folder, name))
      .find((file) => existsSync(file)) ?? null
  );
}

/** Electron's own installer, when the place it downloads from answers; bounded in time. */
async function download(env, announce) {
  const from = new URL(env.ELECTRON_MIRROR || env.npm_config_electron_mirror || 'https://github.com');
  const proxied = Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name) && env[name] !== '');
  if (!proxied && !(await answers(from.hostname, Number(from.port) || (from.protocol === 'http:' ? 80 : 443))))
    return null;
  announce(JSON.parse(readFileSync(at('node_modules', 'electron', 'package.json'), 'utf8')).version);
  const { promise, resolve } = resolvers();
  const installer = spawn(process.execPath, [at('node_modules', 'electron', 'install.js')], {
    env,
    stdio: ['ignore', 'ignore', 2],
    timeout: downloadMs,
  });
  installer.on('error', resolve);
  installer.on('exit', resolve);
  await promise;
  return electronProgram(env);
}

function answers(host, port) {
  const { promise, resolve } = resolvers();
  const socket = connect({ host, port, timeout: 3000 });
  socket.on('connect', () => resolve(true));
  socket.on('timeout', () => resolve(false));
  socket.on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** Promise.withResolvers came with Node 22; this runs on the system's Node 20 too. */
function resolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
