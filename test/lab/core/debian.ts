import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The Debian mirror this machine's own apt uses. */
export async function mirror(): Promise<string> {
  const files = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].filter((file) => existsSync(file));
  for (const file of files) {
    const found = /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s*)?)(\S+)/m.exec(await readFile(file, 'utf8'));
    if (found?.[1]) return found[1];
  }
  throw new Error('the lab takes packages from a Debian mirror, and apt on this machine names none');
}

/**
 * Packages of any Debian suite as files, with an apt state of its own: neither the machine's sources nor its list of
 * installed packages change. Files are kept, by suite, in the folder given.
 */
export class Debian {
  readonly #files: string;
  readonly #state: string;

  constructor(files: string, state: string) {
    this.#files = files;
    this.#state = state;
  }

  /** Paths of the .deb files of these packages, in their order; downloads what is not there. */
  async debs(suite: string, packages: readonly string[]): Promise<string[]> {
    const folder = join(this.#files, suite);
    await mkdir(folder, { recursive: true });
    const find = async () => {
      const all = await readdir(folder);
      return packages.map((name) => all.filter((file) => file.startsWith(`${name}_`) && file.endsWith('.deb')).at(-1));
    };
    const missing = (await find()).flatMap((file, i) => (file ? [] : [packages[i] ?? '']));
    if (missing.length > 0) await this.#download(suite, folder, missing);
    return (await find()).map((file, i) => {
      if (!file) throw new Error(`apt did not deliver ${packages[i]} of ${suite}`);
      return join(folder, file);
    });
  }

  async #download(suite: string, folder: string, packages: readonly string[]): Promise<void> {
    const root = join(this.#state, 'apt', suite);
    for (const part of ['lists/partial', 'archives/partial', 'empty'])
      await mkdir(join(root, part), { recursive: true });
    await writeFile(join(root, 'status'), '');
    await writeFile(join(root, 'sources.list'), `deb [signed-by=${keyring}] ${await mirror()} ${suite} main\n`);
    const settings = {
      'Dir::State': root,
      'Dir::State::Lists': join(root, 'lists'),
      'Dir::State::status': join(root, 'status'),
      'Dir::Cache': root,
      'Dir::Etc::sourcelist': join(root, 'sources.list'),
      'Dir::Etc::sourceparts': join(root, 'empty'),
      'Dir::Etc::preferencesparts': join(root, 'empty'),
      'Acquire::Languages': 'none', // indexes nobody reads here are most of what an update downloads
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
      'Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled': 'false',
      'APT::Sandbox::User': 'root',
    };
    const options = ['-qq', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
    await run('apt-get', [...options, 'update']);
    const unfinished = join(folder, 'unfinished'); // apt leaves half a file when it is killed
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await run('apt-get', [...options, 'download', ...packages], { cwd: unfinished });
    for (const name of await readdir(unfinished)) await rename(join(unfinished, name), join(folder, name));
  }
}

/** Installs packages on this machine when one of the commands is not there. Needs root. */
export async function ensureCommands(commands: readonly string[], packages: readonly string[]): Promise<void> {
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin'];
  if (commands.every((command) => folders.some((folder) => existsSync(join(folder, command))))) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['-qq', 'update'], { env });
  await run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], { env });
}
