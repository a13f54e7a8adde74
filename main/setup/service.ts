import type { SetupOptions, SetupPlan, SetupState } from '../../preload/contract/index.ts';
import type { Docker } from '../docker/docker.ts';
import type { Durations } from '../storage/durations.ts';
import { ProcessLock, type LockHolder } from '../storage/lock.ts';
import type { Paths } from '../storage/paths.ts';
import { Broadcast } from './broadcast.ts';
import { runGraph } from './graph.ts';
import { rememberSource } from './last-source.ts';
import { makePlan } from './plan.ts';
import { removeSteps } from './remove.ts';
import { setupSteps, type SetupStep } from './steps/index.ts';
import { TaskState } from './task-state.ts';
import { verdictOf } from './verdict.ts';
import { SetupWorld, type RegistryPlace } from './world.ts';

/** Setup or removal runs already; `holder` is null when it is this very process. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  readonly holder: LockHolder | null;

  constructor(holder: LockHolder | null) {
    super(holder === null ? 'setup is running' : `setup is running in process ${holder.pid}`);
    this.holder = holder;
  }
}

/** What the rest of the backend needs of a machine that is set up. */
export interface Connection {
  readonly kubeconfig: string;
  readonly registry: RegistryPlace;
  readonly docker: Docker;
}

const idle: SetupState = {
  task: 'setup',
  phase: 'idle',
  startedAt: null,
  elapsedMs: 0,
  remainingMs: null,
  percent: 0,
  steps: [],
  failedStep: null,
  verdict: null,
  unchanged: false,
  options: null,
};

/** The one setup of this machine: plans it, runs it, tells how it goes. */
export class SetupService {
  readonly #paths: Paths;
  readonly #durations: Durations;
  readonly #changes = new Broadcast();
  readonly #onDone: () => void;
  #task: TaskState | null = null;
  #stop: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #again: (() => void) | null = null;

  /** `onDone` is called after each run that ended well, so that connections can be made anew. */
  constructor(options: { paths: Paths; durations: Durations; onDone?: () => void }) {
    this.#paths = options.paths;
    this.#durations = options.durations;
    this.#onDone = options.onDone ?? (() => undefined);
  }

  /** What setup would do. Changes nothing. */
  async plan(options: Partial<SetupOptions>): Promise<SetupPlan> {
    return makePlan(options, this.#paths, setupSteps);
  }

  /** Starts setup and returns at once. Throws AlreadyRunning. */
  start(options: SetupOptions): void {
    this.#begin('setup', setupSteps, options, options.source.kind);
    this.#again = () => {
      this.start({ ...options, replaceCluster: false });
    };
  }

  /** Starts the last setup or removal again: what is done is found done. Throws AlreadyRunning. */
  retry(): boolean {
    if (this.#again === null) return false;
    this.#again();
    return true;
  }

  /** Starts the removal and returns at once. Throws AlreadyRunning. */
  remove(options: { registryData: boolean }, source: SetupOptions['source']): void {
    this.#begin(
      'remove',
      removeSteps(options.registryData),
      { source, address: '127.0.0.1', port: 6443, installEngine: null, replaceCluster: false },
      'remove',
    );
    this.#again = () => {
      this.remove(options, source);
    };
  }

  /** Asks a run to stop; false when none is under way. */
  cancel(): boolean {
    if (this.#task?.running !== true) return false;
    this.#stop?.abort(new Error('cancelled'));
    return true;
  }

  /** The state now and after each change, at most every 100 ms, until `signal` aborts. */
  async *watch(signal: AbortSignal): AsyncGenerator<SetupState> {
    const ticks = this.#changes.ticks(signal, () => this.#task?.running === true);
    while ((await ticks.next()).done !== true) yield this.#task?.snapshot ?? idle;
  }

  /** Output of one step of the newest run from line `from` on, then as it comes, until `signal` aborts. */
  async *output(step: string, from: number, signal: AbortSignal): AsyncGenerator<{ from: number; lines: string[] }> {
    let next = from;
    const ticks = this.#changes.ticks(signal, () => false);
    while ((await ticks.next()).done !== true) {
      const lines = this.#task?.output(step, next) ?? [];
      if (lines.length === 0 && next > from) continue;
      yield { from: next, lines };
      next += lines.length;
    }
  }

  /** The engine and the registry of a machine that is set up, null when they are not there. */
  async connection(): Promise<Connection | null> {
    const world = new SetupWorld(
      { source: { kind: 'internet' }, address: '', port: 1, installEngine: null, replaceCluster: false },
      this.#paths,
    );
    const engine = await world.engine();
    const registry = engine === null ? null : await world.registry().catch(() => null);
    return engine === null || registry === null
      ? null
      : { kubeconfig: this.#paths.kubeconfig, registry, docker: engine.docker };
  }

  /** Stops a run and waits for its end. */
  async dispose(): Promise<void> {
    this.#stop?.abort(new Error('closing'));
    await this.#running;
    this.#changes.end();
  }

  #begin(task: 'setup' | 'remove', steps: readonly SetupStep[], options: SetupOptions, key: string): void {
    if (this.#task?.running === true) throw new AlreadyRunning(null);
    this.#paths.ensure();
    const lock = ProcessLock.acquire(this.#paths.lock('setup'), task);
    if (!(lock instanceof ProcessLock)) throw new AlreadyRunning(lock);
    const stop = new AbortController();
    const expected = (step: { id: string; usualMs: number }) =>
      this.#durations.expected('setup', key, step.id) ?? step.usualMs;
    const state = new TaskState(task, steps, expected, options, () => {
      this.#changes.tell();
    });
    this.#stop = stop;
    this.#task = state;
    this.#changes.tell();
    this.#running = this.#run(state, steps, options, key, stop.signal).finally(() => {
      lock.release();
    });
  }

  async #run(
    state: TaskState,
    steps: readonly SetupStep[],
    options: SetupOptions,
    key: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (key !== 'remove') await rememberSource(this.#paths, options.source).catch(() => undefined); // only a proposal
    const world = new SetupWorld(options, this.#paths);
    const outcome = await runGraph(steps, world, state, signal);
    await world.dispose();
    for (const { id } of steps) {
      const ms = state.duration(id);
      if (ms !== null) this.#durations.add('setup', key, id, ms);
    }
    const failed = outcome.kind === 'failed' ? steps.find(({ id }) => id === outcome.step) : undefined;
    const verdict =
      outcome.kind === 'failed' && failed !== undefined
        ? verdictOf(outcome.error, failed.title, state.output(failed.id, 0), options)
        : null;
    state.end(outcome, verdict);
    if (outcome.kind === 'done') this.#onDone();
  }
}
