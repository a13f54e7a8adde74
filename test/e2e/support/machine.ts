import path from 'node:path';
import { LabKeeper, type GitServer } from '../../lab/index.ts';
import { command, must } from './command.ts';

/** The machine under test: its engine, the bundle that setup installs from, and the tools a person would use by hand. */
export class Machine {
  readonly bundle: string;
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    this.bundle = required('E2E_BUNDLE');
    this.env = { ...process.env, PATH: `${required('E2E_BIN')}:${process.env['PATH'] ?? ''}` };
  }

  docker(...args: string[]): Promise<string> {
    return must('docker', args, this.env);
  }

  /** kubectl with the administrator's file of a data folder. */
  kubectl(home: string, ...args: string[]): Promise<string> {
    return must('kubectl', ['--kubeconfig', path.join(home, 'kubeconfig'), ...args], this.env);
  }

  /** An engine with nothing of ours on it, whatever an earlier run left. */
  async wipe(): Promise<void> {
    for (const label of ['io.x-k8s.kind.cluster=kpack-desktop', 'io.kpack-desktop', 'io.kpack-desktop.run']) {
      const containers = (await this.docker('ps', '-aq', '--filter', `label=${label}`)).split('\n').filter(Boolean);
      if (containers.length > 0) await this.docker('rm', '-f', '-v', ...containers);
    }
    await command('docker', ['rm', '-f', '-v', 'kpack-desktop-lab-git'], this.env);
    await command('docker', ['network', 'rm', 'kind'], this.env);
    await command('docker', ['volume', 'rm', 'kpack-desktop-registry'], this.env);
  }

  /** The git server, reachable by pods: call it when there is a cluster. */
  git(): Promise<GitServer> {
    return new LabKeeper().git();
  }
}

/** Lines of a program's `--json` output, parsed. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: start the tests with npm run test:e2e`);
  return value;
}
