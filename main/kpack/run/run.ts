import type { RunState } from '../../../preload/contract/run.ts';
import type { ContainerState } from '../../docker/containers.ts';
import { dockerError } from '../../docker/errors.ts';
import { latest } from '../world/streams.ts';
import { containerName, create, pull, removeAll, type RunEngine, runLabels, type RunPlan } from './bring-up.ts';
import { firstAnswer } from './probe.ts';
import { runVerdict } from './verdicts.ts';

const kept = 500;
const batch = 100;
const nothing: RunState = {
  phase: 'none',
  image: '',
  percent: null,
  port: null,
  containerPort: null,
  url: '',
  startedAt: null,
  exitCode: null,
  answer: null,
  log: [],
  verdict: null,
};

/** The container of one image on the engine: the engine's own word, plus what is going on in it right now. */
export class Run {
  readonly #key: string;
  readonly #listeners = new Set<() => void>();
  #state: RunState = nothing;
  #log: string[] = [];
  /** Ends what belongs to the container that is shown: its log, its probe, its pull. */
  #attached: AbortController | null = null;
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  /** `key` is `namespace/name` of the image. */
  constructor(key: string) {
    this.#key = key;
  }

  get state(): RunState {
    return { ...this.#state, log: this.#log.slice(-kept) };
  }

  watch(signal?: AbortSignal): AsyncGenerator<RunState, undefined, undefined> {
    return latest<RunState>((push) => {
      const tell = () => push(this.state);
      this.#listeners.add(tell);
      tell();
      return () => this.#listeners.delete(tell);
    }, signal);
  }

  /** Looks for the container and takes it up: after this program was started, or when somebody else changed it. */
  async find(docker: RunEngine): Promise<void> {
    if (this.#attached) return;
    const [found] = await docker.containers.withLabel(`${runLabels.run}=${this.#key}`);
    if (found) this.#attach(docker, found);
  }

  /** Pulls and starts. What goes wrong on the way becomes the state `failed`. */
  async start(docker: RunEngine, plan: RunPlan): Promise<void> {
    const own = this.#renew();
    this.#log = [];
    this.#change({ ...nothing, phase: 'pulling', image: plan.image });
    await this.#inTurn(async () => {
      try {
        await this.#bringUp(docker, plan, own.signal);
      } catch (error) {
        // Replaced or stopped meanwhile: what was made just now must not stay.
        if (own.signal.aborted) await docker.containers.remove(containerName(this.#key));
        else this.#failed(error, plan);
      }
    });
  }

  /** Ends a pull under way, or stops the container and removes it; its log stays to be read. */
  async stop(docker: RunEngine): Promise<void> {
    this.#renew();
    await this.#inTurn(async () => {
      for (const each of await docker.containers.withLabel(`${runLabels.run}=${this.#key}`)) {
        await docker.containers.stop(each.id, 3);
        await docker.containers.remove(each.id);
      }
      this.#attached = null;
      const phase = this.#state.startedAt === null ? 'none' : 'stopped';
      this.#change({ phase, url: '', port: null, percent: null, verdict: null, answer: null });
    });
  }

  dispose(): void {
    this.#attached?.abort();
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  async #bringUp(docker: RunEngine, plan: RunPlan, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await removeAll(docker, this.#key);
    await pull(docker, plan, (percent) => this.#change({ percent }), signal);
    this.#change({ phase: 'starting', percent: null });
    await create(docker, plan, this.#key);
    signal.throwIfAborted();
    const started = await docker.containers.find(containerName(this.#key));
    if (started) this.#attach(docker, started);
  }

  /** One piece of work on the container after another; an aborted one ends quickly. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  /** Shows a container as the engine describes it, and follows it to its end. */
  #attach(docker: RunEngine, container: ContainerState): void {
    const own = this.#renew();
    const [published] = container.ports;
    const url = published ? `http://127.0.0.1:${published.port}/` : '';
    this.#change({
      ...nothing,
      phase: container.running ? 'running' : endPhase(container.exitCode),
      image: container.labels[runLabels.image] ?? container.image,
      port: published?.port ?? null,
      containerPort: published?.container ?? null,
      url: container.running ? url : '',
      startedAt: container.startedAt,
      exitCode: container.running ? null : container.exitCode,
    });
    void this.#follow(docker, container.id, own.signal);
    if (container.running && url !== '') void this.#probe(url, own.signal);
  }

  async #probe(url: string, signal: AbortSignal): Promise<void> {
    const answer = await firstAnswer(url, signal);
    if (answer && !signal.aborted) this.#change({ answer });
  }

  /** The log ends when the container does: then the engine knows how. */
  async #follow(docker: RunEngine, id: string, signal: AbortSignal): Promise<void> {
    this.#log = [];
    try {
      for await (const line of docker.containers.logs(id, kept, signal)) {
        if (signal.aborted) return;
        this.#log.push(line);
        if (this.#log.length > 2 * kept) this.#log = this.#log.slice(-kept);
        this.#change({});
      }
      if (!signal.aborted) this.#ended(await docker.containers.find(id));
    } catch {
      // The engine is gone; the next look finds out what became of the container.
      if (!signal.aborted) this.#attached = null;
    }
  }

  #ended(container: ContainerState | null): void {
    this.#renew();
    this.#attached = null;
    if (!container) {
      this.#change({ phase: 'none', url: '', port: null, answer: null });
      return;
    }
    const { exitCode } = container;
    const key = exitCode === 137 ? 'builds.backend_run_killed' : 'builds.backend_run_ended';
    const verdict =
      exitCode === 0 ? null : runVerdict(key, { code: exitCode }, { log: this.#log, raw: container.error });
    this.#change({ phase: endPhase(exitCode), url: '', exitCode, answer: null, verdict });
  }

  #failed(error: unknown, plan: RunPlan): void {
    this.#attached = null;
    const { kind, message } = dockerError(error);
    const pulling = this.#state.phase === 'pulling';
    const verdict =
      kind === 'not-running'
        ? runVerdict('builds.backend_run_no_engine', {}, { raw: message })
        : kind === 'port-taken'
          ? runVerdict('builds.backend_run_port_taken', { port: plan.port ?? 0 }, { raw: message })
          : runVerdict(
              pulling ? 'builds.backend_run_pull_failed' : 'builds.backend_run_start_failed',
              { image: plan.image },
              { raw: message },
            );
    this.#change({ phase: 'failed', percent: null, verdict });
  }

  #renew(): AbortController {
    this.#attached?.abort();
    this.#attached = new AbortController();
    return this.#attached;
  }

  #change(change: Partial<RunState>): void {
    this.#state = { ...this.#state, ...change };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const tell of [...this.#listeners]) tell();
    }, batch);
  }
}

function endPhase(exitCode: number): RunState['phase'] {
  return exitCode === 0 ? 'stopped' : 'failed';
}
