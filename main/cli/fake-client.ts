import { vi } from 'vitest';
import { type SetupPlan, type SetupState, type StepState } from '../../preload/contract/index.ts';
import { type Client } from './context.ts';
import { FakeStreams } from './fake-streams.ts';
import { runCommandLine } from './run.ts';

export const plan: SetupPlan = {
  machine: { name: 'attic', os: 'Debian 12', arch: 'x64' },
  checks: [
    {
      id: 'engine',
      state: 'ok',
      title: { key: 'common.app' },
      found: { key: 'common.images' },
      cause: null,
      fixes: [],
    },
  ],
  addresses: [],
  options: {
    source: { kind: 'internet' },
    address: '192.168.1.7',
    port: 6443,
    installEngine: null,
    replaceCluster: false,
  },
  items: [
    {
      id: 'kind',
      title: { key: 'common.copy' },
      version: 'v0.33.0',
      from: 'github.com',
      bytes: 9_800_000,
      present: false,
    },
    {
      id: 'node',
      title: { key: 'common.images' },
      version: 'v1.34.3',
      from: 'docker.io',
      bytes: 1_500_000_000,
      present: true,
    },
  ],
  steps: [],
  changes: [{ key: 'common.close' }],
  complete: false,
  ready: true,
  engineChoices: [],
};

export function step(change: Partial<StepState>): StepState {
  return {
    id: 'engine',
    title: { key: 'common.app' },
    needs: [],
    state: 'waiting',
    unchanged: false,
    detail: null,
    percent: null,
    startedAt: null,
    finishedAt: null,
    expectedMs: 1000,
    lines: 0,
    ...change,
  };
}

export function state(change: Partial<SetupState>): SetupState {
  return {
    task: 'setup',
    phase: 'running',
    startedAt: 0,
    elapsedMs: 0,
    remainingMs: null,
    percent: 0,
    steps: [],
    failedStep: null,
    verdict: null,
    unchanged: false,
    options: plan.options,
    ...change,
  };
}

export const running = state({
  elapsedMs: 500,
  percent: 30,
  remainingMs: 42_000,
  steps: [step({ state: 'running', startedAt: 0, percent: 60 })],
});
export const done = state({
  phase: 'done',
  elapsedMs: 102_000,
  percent: 100,
  steps: [step({ state: 'done', startedAt: 0, finishedAt: 1234 })],
});

export async function* stream<T>(values: T[]): AsyncGenerator<T> {
  yield* values;
  await Promise.resolve();
}

interface Fake {
  plan?: SetupPlan;
  states?: SetupState[];
  watch?: () => AsyncGenerator<SetupState>;
  start?: () => Promise<unknown>;
}

/** A backend that has only setup; `calls` are its procedures. */
export function fakeSetup({ plan: given = plan, states = [running, done], watch, start }: Fake) {
  const calls = {
    plan: vi.fn(async () => Promise.resolve(given)),
    start: vi.fn(start ?? (async () => Promise.resolve({ started: true }))),
    cancel: vi.fn(async () => Promise.resolve({ cancelled: true })),
    remove: vi.fn(async () => Promise.resolve({ started: true })),
    watch: vi.fn(async () => Promise.resolve(watch === undefined ? stream(states) : watch())),
  };
  return { client: { setup: calls } as unknown as Client, calls };
}

/** Runs one command line against `client`. */
export async function runLine(
  line: string,
  client: Client,
  streams = new FakeStreams(false),
  signal = new AbortController().signal,
): Promise<{ code: number; streams: FakeStreams; disposed: boolean }> {
  let disposed = false;
  const dispose = async (): Promise<void> => {
    disposed = true;
    return Promise.resolve();
  };
  const code = await runCommandLine({
    argv: line.split(' '),
    env: { NO_COLOR: '1', LANG: 'en_US.UTF-8' },
    folder: '/home/ann',
    version: '1.2.3',
    streams,
    signal,
    open: async () => Promise.resolve({ client, dispose }),
    serve: async () => Promise.reject(new Error('not served')),
  });
  return { code, streams, disposed };
}
