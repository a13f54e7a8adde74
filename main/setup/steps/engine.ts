import { SetupProblem, fix } from '../problem.ts';
import { named, type SetupStep } from './titles.ts';

/** A Docker engine that answers; installed when that was chosen. */
export const engineStep: SetupStep = {
  id: 'engine',
  ...named('setup.step_engine', 'setup.does_engine'),
  needs: [],
  usualMs: 300,
  isDone: async (world) => (await world.engine()) !== null,
  run: async (world) => {
    const { failures } = await world.search();
    throw new SetupProblem(
      { key: 'setup.no_engine' },
      {
        evidence: failures.map(({ candidate, error }) => `${candidate.name} (${candidate.host}): ${error.message}`),
        fixes: [fix('check-again', { key: 'setup.fix_check_again' }, { primary: true })],
      },
    );
  },
};
