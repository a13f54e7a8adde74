import type { RunState } from '../../../preload/contract/run.ts';
import type { Containers, ContainerState } from '../../docker/containers.ts';
import type { Images, LocalImage } from '../../docker/images.ts';
import { dockerError } from '../../docker/errors.ts';
import { latest } from '../world/streams.ts';
import { containerPort, freePort } from './ports.ts';
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

/** Labels by which a container is found again, also by another run of this program. */
export const runLabels = {
  kind: 'io.kpack-desktop',
  run: 'io.kpack-desktop.run',
  image: 'io.kpack-desktop.image',
} as const;

/** What running needs of an engine. */
export interface RunEngine {
  /** Its ports are this machine's. */
  readonly local: boolean;
  readonly images: Pick<Images, 'pull'> & {
    find(name: string): Promise<Pick<LocalImage, 'exposedPorts' | 'env'> | null>;
  };
  readonly containers: Pick<Containers, 'find' | 'withLabel' | 'run' | 'stop' | 'remove' | 'logs'>;
}

/** What is to be started. */
export interface RunPlan {
  /** The image by the cluster's name, shown and kept in a label. */
  readonly image: string;
  /** The same by the engine's name. */
  readonly pull: string;
  readonly port: number | null;
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

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

  get containerName(): string {
    return `kpack-desktop-run-${this.#key.replace('/', '-')}`;
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
        if (own.signal.aborted) await docker.containers.remove(this.containerName);
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
    await this.#removeAll(docker);
    await this.#pull(docker, plan, signal);
    this.#change({ phase: 'starting', percent: null });
    await this.#create(docker, plan);
    signal.throwIfAborted();
    const started = await docker.containers.find(this.containerName);
    if (started) this.#attach(docker, started);
  }

  /** One piece of work on the container after another; an aborted one ends quickly. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  async #pull(docker: RunEngine, plan: RunPlan, signal: AbortSignal): Promise<void> {
    if (await docker.images.find(plan.pull)) return;
    await docker.images.pull(
      plan.pull,
      (done, total) => {
        const percent = total === 0 ? null : Math.floor((done / total) * 100);
        // Sizes of later layers become known late: a bar that goes back tells nothing.
        if (percent !== null && percent > (this.#state.percent ?? -1)) this.#change({ percent });
      },
      signal,
    );
  }

  async #create(docker: RunEngine, plan: RunPlan): Promise<void> {
    const image = await docker.images.find(plan.pull);
    const inside = containerPort(image ?? { exposedPorts: [], env: [] }, plan.env);
    const outside = plan.port ?? (await freePort(inside < 1024 ? inside + 8000 : inside));
    await docker.containers.run({
      name: this.containerName,
      image: plan.pull,
      labels: { [runLabels.kind]: 'run', [runLabels.run]: this.#key, [runLabels.image]: plan.image },
      env: { PORT: String(inside), ...Object.fromEntries(plan.env.map(({ name, value }) => [name, value])) },
      ports: [{ container: inside, address: '127.0.0.1', port: outside }],
    });
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

  async #removeAll(docker: RunEngine): Promise<void> {
    for (const each of await docker.containers.withLabel(`${runLabels.run}=${this.#key}`))
      await docker.containers.remove(each.id);
    // One of our name that lost its label would be in the way.
    await docker.containers.remove(this.containerName);
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
