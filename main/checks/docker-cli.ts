import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { failed, ok, type MachineCheck } from './check.ts';

/** Folders that desktop programs miss in their PATH (kind calls the docker command line). */
const usual = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin'];

/** kind works through the `docker` command line, not through the engine's API. */
export const dockerCliCheck: MachineCheck = {
  id: 'docker-cli',
  title: { key: 'checks.docker_cli' },
  run: async () => {
    const file = await findDocker(process.env['PATH'] ?? '');
    return file === null
      ? failed({ key: 'checks.docker_cli_none' }, { key: 'checks.docker_cli_why' })
      : ok({ key: 'checks.docker_cli_found', params: { file } });
  },
};

/** Path of the docker command line, null when there is none. */
export async function findDocker(searchPath: string): Promise<string | null> {
  const name = process.platform === 'win32' ? 'docker.exe' : 'docker';
  for (const folder of [...searchPath.split(path.delimiter), ...usual].filter(Boolean)) {
    const file = path.join(folder, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return null;
}
