import {
  applyControllers,
  applyDefinitions,
  hasControllers,
  hasDefinitions,
  webhookAnswers,
} from '../../kpack/install/release.ts';
import type { Progress } from '../step.ts';
import { pause } from './pause.ts';
import { named, type SetupStep } from './titles.ts';

/** The definitions of kpack's kinds. */
export const definitionsStep: SetupStep = {
  id: 'kpack-definitions',
  ...named('setup.step_definitions', 'setup.does_definitions'),
  needs: ['cluster', 'registry'],
  usualMs: 2500,
  isDone: async (world, signal) => hasDefinitions(await world.client(), await world.release(signal), signal),
  run: async (world, progress, signal) => {
    await applyDefinitions(await world.client(), await world.release(signal), { signal, onApplied: told(progress) });
  },
};

/** kpack's two deployments and what belongs to them. */
export const controllersStep: SetupStep = {
  id: 'kpack',
  ...named('setup.step_kpack', 'setup.does_kpack'),
  needs: ['kpack-definitions', 'images', 'trust'],
  usualMs: 8000,
  isDone: async (world, signal) => hasControllers(await world.client(), await world.release(signal), signal),
  run: async (world, progress, signal) => {
    progress.detail({ key: 'setup.detail_controllers' });
    await applyControllers(await world.client(), await world.release(signal), { signal, onApplied: told(progress) });
  },
};

/** kpack checks what is written: proven by an invalid object that is denied. */
export const webhookStep: SetupStep = {
  id: 'webhook',
  ...named('setup.step_webhook', 'setup.does_webhook'),
  needs: ['kpack'],
  usualMs: 2000,
  isDone: async (world, signal) => webhookAnswers(await world.client(), signal),
  run: async (world, progress, signal) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(180_000)]);
    while (!(await webhookAnswers(await world.client(), limit))) await pause(250, limit);
    progress.line('an invalid object was denied');
  },
};

function told(
  progress: Progress,
): (object: { kind?: string; metadata?: { name?: string } }, done: number, count: number) => void {
  return ({ kind, metadata }, done, count) => {
    progress.percent((done / count) * 50);
    progress.line(`${kind ?? ''} ${metadata?.name ?? ''}`);
  };
}
