import { type SetupService } from '../setup/service.ts';
import { refuse } from './error-mapping.ts';
import { type GuardedContract } from './guarded.ts';
import { streamOf } from './handlers.ts';

const started = { started: true } as const;
const never = new AbortController().signal;

/** The requests of preload/contract/setup.ts. */
export function setupHandlers(os: GuardedContract['setup'], service: SetupService) {
  return {
    plan: os.plan.handler(({ input }) => service.plan(input)),
    start: os.start.handler(({ input }) => {
      service.start(input);
      return started;
    }),
    retry: os.retry.handler(() => {
      if (!service.retry()) throw refuse('NOT_FOUND', { key: 'cli.backend_nothing_to_retry' });
      return started;
    }),
    cancel: os.cancel.handler(() => ({ cancelled: service.cancel() })),
    watch: os.watch.handler(({ signal = never }) => streamOf(service.watch(signal))),
    output: os.output.handler(({ input, signal = never }) => streamOf(service.output(input.step, input.from, signal))),
    remove: os.remove.handler(({ input }) => {
      service.remove(input, { kind: 'internet' });
      return started;
    }),
  };
}
