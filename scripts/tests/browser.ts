import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The browser on this machine, or null. `CHROMIUM` names another one. */
export function findBrowser(env: NodeJS.ProcessEnv): string | null {
  const named = env['CHROMIUM'] ?? '';
  if (named !== '') return existsSync(named) ? named : null;
  const folders = (env['PATH'] ?? '').split(path.delimiter);
  return (
    names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file)) ?? null
  );
}

/**
 * The browser and Japanese fonts for its screenshots; installs what is missing with apt-get where
 * that is possible (Debian, as root). Null when there is no browser in the end.
 */
export function prepareBrowser(env: NodeJS.ProcessEnv): string | null {
  const wanted = [
    ...(findBrowser(env) === null ? ['chromium'] : []),
    ...(hasJapaneseFonts() ? [] : ['fonts-noto-cjk']),
  ];
  if (wanted.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing ${wanted.join(' and ')}`);
    const options = {
      stdio: ['ignore', 'inherit', 'inherit'] as ('ignore' | 'inherit')[],
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    };
    spawnSync('apt-get', ['update', '-qq'], options);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], options);
  }
  return findBrowser(env);
}

function hasJapaneseFonts(): boolean {
  return (spawnSync('fc-list', [':lang=ja', 'file'], { encoding: 'utf8' }).stdout || '').trim() !== '';
}
