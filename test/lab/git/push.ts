import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labFolder } from '../core/paths.ts';
import { run } from '../core/run.ts';
import type { GitServer } from './server.ts';

export interface Commit {
  /** Name on the server, without ".git"; `private/x` goes to the private part. */
  readonly repository: string;
  /** What the page of the application says it is. */
  readonly version: string;
  readonly message?: string;
  readonly branch?: string;
  /** Further files to write, by path; an empty repository of the same name is created by the first push. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Commits the demo application to the server with git itself, on top of what the branch has. Returns the commit's full id. */
export async function pushDemoApp(server: GitServer, commit: Commit): Promise<string> {
  const { repository, version, branch = 'main', message = `Release ${version}` } = commit;
  const url = new URL(`/${repository}.git`, server.hostUrl);
  if (repository.startsWith('private/')) [url.username, url.password] = [server.user, server.password];
  const folder = await mkdtemp(join(tmpdir(), 'kpack-desktop-lab-app-'));
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) => run('git', args, { cwd: folder, env });
  try {
    await git('init', '-q', '-b', branch);
    const has = await git('ls-remote', '--heads', url.href, branch).catch(() => ''); // not there yet: the push creates it
    if (has) await git('pull', '-q', url.href, branch);
    if (!existsSync(join(folder, 'public'))) await cp(join(labFolder, 'app'), folder, { recursive: true });
    const files = { VERSION: `${version}\n`, ...commit.files };
    for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
    await git('add', '-A');
    await git(
      '-c',
      'user.name=Lab',
      '-c',
      'user.email=lab@lab.example',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      message,
    );
    await git('push', '-q', url.href, `HEAD:refs/heads/${branch}`);
    return await git('rev-parse', 'HEAD');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
