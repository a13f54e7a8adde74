import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Programs that open a URL in the person's browser; null where nobody would see it. */
export function browserCommand(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): [string, string[]] | null {
  if (platform === 'darwin') return ['/usr/bin/open', []];
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler']];
  if ((env['DISPLAY'] ?? '') === '' && (env['WAYLAND_DISPLAY'] ?? '') === '') return null;
  const program = (env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'xdg-open'))
    .find(isExecutable);
  return program === undefined ? null : [program, []];
}

/** Opens `url` in the browser, if there is one. Does not wait for it, and ends with nobody's error. */
export function openBrowser(url: string, env: NodeJS.ProcessEnv): void {
  const command = browserCommand(env, process.platform);
  if (command === null) return;
  const [program, args] = command;
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
