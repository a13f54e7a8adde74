import { hostname } from 'node:os';
import { type MachineStatus, type Part } from '../../preload/contract/index.ts';
import { type Docker } from '../docker/docker.ts';
import { findEngines, type EngineSearch } from '../docker/engine.ts';
import { type KubernetesClient } from '../kubernetes/client.ts';
import { latest } from '../kpack/world/streams.ts';
import { enginePart, kpackPart, kubernetesPart, registryPart } from './status-parts.ts';

/** What of the cluster goes into the status; it is known without asking. */
export interface ClusterGlance {
  freshness: MachineStatus['freshness'];
  running: MachineStatus['running'];
  /** There is a builder, so that setup has been through. */
  hasBuilder: boolean;
}

export interface StatusOptions {
  client: () => KubernetesClient | null;
  glance: () => ClusterGlance | null;
  /** Calls back whenever `client` or `glance` say something else. Returns the function that ends it. */
  subscribe: (listener: () => void) => () => void;
  /** For tests. */
  search?: () => Promise<EngineSearch>;
}

/** Between two looks at the machine, milliseconds: when all is well, and when something is not. */
const calmMs = 8000;
const worriedMs = 2000;
/** Changes of the cluster are gathered for this long. */
const gatherMs = 100;

/** What the status bar shows. Looks at the machine only while somebody watches. */
export class StatusMonitor {
  readonly #options: StatusOptions;
  readonly #listeners = new Set<(status: MachineStatus) => void>();
  #parts: Part[] | null = null;
  #looking: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | null = null;
  #sent = '';

  constructor(options: StatusOptions) {
    this.#options = options;
  }

  /** The status at each change, at most one in 100 ms. Ends with the signal. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<MachineStatus, undefined, undefined> {
    return latest<MachineStatus>((push) => {
      this.#listeners.add(push);
      if (this.#listeners.size === 1) this.#start();
      else if (this.#parts !== null) push(this.#status(this.#parts));
      return () => {
        this.#listeners.delete(push);
        if (this.#listeners.size === 0) this.#stop();
      };
    }, signal);
  }

  /** Looks at the machine now: something has changed that nobody told. */
  hurry(): void {
    if (this.#listeners.size === 0) return;
    clearTimeout(this.#looking);
    void this.#look();
  }

  dispose(): void {
    this.#listeners.clear();
    this.#stop();
  }

  #start(): void {
    this.#unsubscribe = this.#options.subscribe(() => {
      this.#telling ??= setTimeout(() => this.#tell(), gatherMs);
    });
    void this.#look();
  }

  #stop(): void {
    clearTimeout(this.#looking);
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#parts = null;
    this.#sent = '';
  }

  async #look(): Promise<void> {
    const engines = await (this.#options.search ?? findEngines)();
    const docker: Docker | null = engines.engines[0]?.docker ?? null;
    const client = this.#options.client();
    const parts = [
      enginePart(engines),
      ...(await Promise.all([kubernetesPart(client), kpackPart(client), registryPart(docker)])),
    ];
    if (this.#listeners.size === 0) return;
    this.#parts = parts;
    this.#tell();
    const calm = parts.every((part) => part.state === 'ok');
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => void this.#look(), calm ? calmMs : worriedMs);
  }

  #tell(): void {
    this.#telling = undefined;
    if (this.#parts === null) return;
    const status = this.#status(this.#parts);
    const text = JSON.stringify(status);
    if (text === this.#sent) return;
    this.#sent = text;
    for (const listener of [...this.#listeners]) listener(status);
  }

  #status(parts: Part[]): MachineStatus {
    const client = this.#options.client();
    const glance = this.#options.glance();
    const answers = parts.some((part) => part.id === 'kubernetes' && part.state === 'ok');
    return {
      machine: hostname(),
      address: client?.server ?? '',
      parts,
      freshness: glance?.freshness ?? { state: 'absent', since: 0 },
      // A cluster that does not answer right now was set up all the same.
      ready: client !== null && (!answers || (glance?.hasBuilder ?? false)),
      running: glance?.running ?? [],
    };
  }
}
