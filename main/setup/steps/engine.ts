import { userInfo } from 'node:os';
import { asAdministrator, installMethods, installPlan, type InstallMethod } from '../../docker/install.ts';
import { operatingSystem } from '../../docker/os.ts';
import { runTied } from '../../kind/tied-process.ts';
import { SetupProblem, fix } from '../problem.ts';
import type { Progress } from '../step.ts';
import { named, type SetupStep } from './titles.ts';

/** A Docker engine that answers; installed when that was chosen. */
export const engineStep: SetupStep = {
  id: 'engine',
  ...named('setup.step_engine', 'setup.does_engine'),
  needs: [],
  usualMs: 300,
  isDone: async (world) => (await world.engine()) !== null,
  run: async (world, progress, signal) => {
    const method = world.options.installEngine;
    if (method !== null) {
      await install(method, progress, signal);
      world.forgetEngines();
      if ((await world.engine()) !== null) return;
    }
    const { failures } = await world.search();
    throw new SetupProblem(
      { key: 'setup.no_engine' },
      {
        evidence: failures.map(({ candidate, error }) => `${candidate.name} (${candidate.host}): ${error.message}`),
        fixes: [
          ...(method === null ? installMethods() : []).map((choice, i) =>
            fix(
              'install-engine',
              { key: `setup.fix_install_${choice}` },
              { primary: i === 0, params: { method: choice } },
            ),
          ),
          fix('check-again', { key: 'setup.fix_check_again' }),
        ],
      },
    );
  },
};

async function install(method: InstallMethod, progress: Progress, signal: AbortSignal): Promise<void> {
  progress.detail({ key: 'setup.detail_install' });
  const { script } = installPlan(method, operatingSystem(), userInfo().username);
  const quiet = { env: process.env, signal, onLine: () => undefined };
  const root = process.getuid?.() === 0;
  const sudo = !root && (await runTied('sudo', ['-n', 'true'], quiet).catch(() => ({ code: 1 }))).code === 0;
  const command = await asAdministrator(script, { root, sudo });
  if (command === null) throw new SetupProblem({ key: 'setup.no_administrator' }, { evidence: script.split('\n') });
  const { code, lines } = await runTied(command.program, command.args, {
    ...quiet,
    onLine: (line) => progress.line(line),
  });
  if (code !== 0)
    throw new SetupProblem({ key: 'setup.install_failed', params: { code } }, { evidence: lines.slice(-6) });
}
