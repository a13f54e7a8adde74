import { implement } from '@orpc/server';
import { contract } from '../../../preload/contract/index.ts';
import { now } from './data.ts';
import type { Scenario } from './scenario.ts';

/** The contract, answered from a scenario. The compiler sees to it that nothing is missing. */
export function scriptedRouter(scenario: Scenario) {
  const os = implement(contract);
  const note = (what: string) => scenario.asked.push(what);
  const missing = { cause: { key: 'builds.gone' as const }, field: null, fixes: [], raw: '' };
  const freshness = { state: scenario.imagesState, since: now };
  return os.router({
    app: {
      info: os.app.info.handler(() => ({
        version: '0.1.0',
        host: 'server' as const,
        dataFolder: '/home/team/.local/share/kpack-desktop',
      })),
      status: os.app.status.handler(({ signal }) => stream(scenario.status, signal)),
      settings: os.app.settings.handler(() => scenario.settings),
      saveSettings: os.app.saveSettings.handler(({ input }) => (scenario.settings = input)),
    },
    setup: {
      plan: os.setup.plan.handler(({ input }) => ({
        ...scenario.plan,
        options: { ...scenario.plan.options, ...input },
      })),
      start: os.setup.start.handler(({ input }) => {
        note(['setup.start', `${input.address}:${String(input.port)}`, input.installEngine].filter(Boolean).join(' '));
        return { started: true as const };
      }),
      retry: os.setup.retry.handler(() => {
        note('setup.retry');
        return { started: true as const };
      }),
      cancel: os.setup.cancel.handler(() => {
        note('setup.cancel');
        return { cancelled: true };
      }),
      watch: os.setup.watch.handler(({ signal }) => stream(scenario.setup, signal)),
      output: os.setup.output.handler(({ signal }) =>
        stream(
          {
            from: 0,
            lines: ['Creating cluster "kpack-desktop" ...', ' • Preparing nodes', ' • Starting control-plane'],
          },
          signal,
        ),
      ),
      remove: os.setup.remove.handler(({ input }) => {
        note(`setup.remove ${String(input.registryData)}`);
        return { started: true as const };
      }),
    },
    images: {
      watch: os.images.watch.handler(({ signal }) =>
        stream(
          { type: 'snapshot' as const, rows: scenario.images, complete: scenario.imagesState !== 'loading', freshness },
          signal,
        ),
      ),
      watchOne: os.images.watchOne.handler(({ input, signal, errors }) => {
        const detail = scenario.details.find(({ row }) => row.name === input.name);
        if (detail === undefined) throw errors.NOT_FOUND({ data: missing });
        return stream(detail, signal);
      }),
      defaults: os.images.defaults.handler(() => ({
        namespaces: ['default'],
        tagPrefix: '172.30.255.10:5000/apps/',
        builders: [
          { kind: 'ClusterBuilder' as const, name: 'base', ready: true, stack: 'base', buildpacks: ['lab/web'] },
        ],
      })),
      check: os.images.check.handler(() => scenario.check),
      create: os.images.create.handler(({ input }) => {
        note(`images.create ${input.name} ${input.revision} ${input.tag}`);
        return { namespace: input.namespace, name: input.name };
      }),
      build: os.images.build.handler(({ input }) => {
        note(`images.build ${input.namespace}/${input.name}`);
        return { build: null };
      }),
      removal: os.images.removal.handler(() => ({
        builds: 2,
        logs: 2,
        tags: ['172.30.255.10:5000/apps/web:latest'],
        cache: '2G',
      })),
      remove: os.images.remove.handler(({ input }) => {
        note(`images.remove ${input.name}`);
        return { removed: true as const };
      }),
      references: os.images.references.handler(() => ({
        head: 'main',
        branches: [
          { name: 'main', commit: 'a'.repeat(40) },
          { name: 'feature/menu', commit: 'b'.repeat(40) },
        ],
        tags: [{ name: 'v1.0.0', commit: 'c'.repeat(40) }],
      })),
    },
    builds: {
      watch: os.builds.watch.handler(({ signal }) =>
        stream(
          {
            type: 'snapshot' as const,
            rows: scenario.builds,
            complete: true,
            freshness: { state: 'live' as const, since: now },
          },
          signal,
        ),
      ),
      watchOne: os.builds.watchOne.handler(({ input, signal, errors }) => {
        const detail = scenario.buildDetails.find(({ row }) => row.name === input.name);
        if (detail === undefined) throw errors.NOT_FOUND({ data: missing });
        return stream(detail, signal);
      }),
      cancel: os.builds.cancel.handler(({ input }) => {
        note(`builds.cancel ${input.name}`);
        return { cancelled: true as const };
      }),
    },
    logs: {
      watch: os.logs.watch.handler(({ signal }) => stream({ steps: scenario.log }, signal)),
      lines: os.logs.lines.handler(({ input }) => {
        const total = scenario.log.find(({ step }) => step === input.step)?.lines ?? 0;
        const count = Math.max(0, Math.min(input.count, total - input.from));
        return {
          lines: Array.from({ length: count }, (_, i) => ({
            index: input.from + i,
            at: '2026-11-20T21:36:43.123456789Z',
            text: scenario.line(input.step, input.from + i),
            cut: false,
          })),
        };
      }),
      search: os.logs.search.handler(({ input }) => ({ matches: search(scenario, input.query), limited: false })),
      text: os.logs.text.handler(async function* () {
        await Promise.resolve();
        yield { text: 'whole log\n' };
      }),
    },
    run: {
      start: os.run.start.handler(({ input, errors }) => {
        note(`run.start ${String(input.port)}`);
        if (input.port === 80) {
          const fixes = [
            {
              id: 'use-port' as const,
              label: { key: 'setup.fix_use_port' as const, params: { port: '8080' } },
              primary: true,
              params: { port: '8080' },
            },
          ];
          throw errors.INVALID({
            data: {
              cause: { key: 'setup.cause_port', params: { port: '80', address: '127.0.0.1' } },
              field: 'port',
              fixes,
              raw: '',
            },
          });
        }
        return { started: true as const };
      }),
      stop: os.run.stop.handler(() => {
        note('run.stop');
        return { stopped: true as const };
      }),
      watch: os.run.watch.handler(({ signal }) => stream(scenario.run, signal)),
    },
  });
}

function search({ log, line }: Scenario, query: string) {
  return log.flatMap(({ step, lines }) =>
    Array.from({ length: lines }, (_, index) => ({ step, index })).filter(({ index }) =>
      line(step, index).toLowerCase().includes(query.toLowerCase()),
    ),
  );
}

/** One value, and then nothing until the page goes. */
async function* stream<T>(value: T, signal: AbortSignal | undefined): AsyncGenerator<T, undefined> {
  yield value;
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  return undefined;
}
