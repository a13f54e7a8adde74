import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LabKeeper } from './index.ts';

const usage = `npm run lab -- COMMAND
  up      an engine, and the offline bundle (compiled when it is not in the cache)
  status  what is there
  git     starts the git server; prints where it is, as JSON
  bin     prints the folder with kubectl, kp, crane, kind and docker
  down    ends what the lab started
  clean   down, and removes cache and state`;

async function size(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  // By inode: the bundle's images are hard links to those of the steps before it.
  const files = new Map(
    names.map((name) => lstatSync(join(folder, name))).map((stat) => [stat.ino, stat.isFile() ? stat.size : 0]),
  );
  return `${([...files.values()].reduce((sum, bytes) => sum + bytes, 0) / 1e6).toFixed(0)} MB`;
}

async function printStatus(lab: LabKeeper): Promise<void> {
  const { paths, engine, bundle, bin, git } = await lab.status();
  console.log(
    `engine  ${engine ? `${engine.version} on ${engine.dockerHost}${engine.ours ? ', started by the lab' : ''}` : 'none answers'}`,
  );
  console.log(`bundle  ${bundle ? `${bundle}  ${await size(bundle)}` : 'not made'}`);
  console.log(`bin     ${bin ?? 'not made'}`);
  console.log(
    `git     ${git ? `${git.hostUrl}${git.clusterUrl ? `, for pods ${git.clusterUrl}` : ''}` : 'not running'}`,
  );
  console.log(`cache   ${paths.cache}  ${await size(paths.cache).catch(() => 'empty')}`);
  console.log(`state   ${paths.state}`);
}

async function main(command = ''): Promise<number> {
  const quiet = ['git', 'bin', 'status'].includes(command); // their output is the answer
  const lab = new LabKeeper(quiet ? (line) => console.error(line) : console.log);
  switch (command) {
    case 'up': {
      const { dockerHost, bundle, bin } = await lab.up();
      console.log(`export DOCKER_HOST=${dockerHost} PATH=${bin}:$PATH\nbundle ${bundle}`);
      return 0;
    }
    case 'status':
      await printStatus(lab);
      return 0;
    case 'git':
      console.log(JSON.stringify(await lab.git()));
      return 0;
    case 'bin': {
      const { bin } = await lab.status();
      if (!bin) throw new Error('not made yet: npm run lab -- up');
      console.log(bin);
      return 0;
    }
    case 'down':
      await lab.down();
      return 0;
    case 'clean':
      await lab.clean();
      return 0;
    default:
      console.error(usage);
      return 2;
  }
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
