import { unwatchFile, watchFile } from 'node:fs';
import { KubernetesClient } from '../kubernetes/client.ts';

/** How often the kubeconfig file is looked at: setup in another process may write or remove it. */
const lookMs = 1000;

interface Open<Services> {
  client: KubernetesClient;
  access: string;
  services: Services;
}

/** What lives as long as the access to one cluster. */
export interface ClusterServices {
  /** Tries again at once whatever waits. */
  hurry(): void;
  dispose(): Promise<void>;
}

/**
 * The connection to the cluster that the kubeconfig file names: there when the file is, made anew when
 * it names another cluster or other credentials, gone when the file is gone.
 */
export class Connection<Services extends ClusterServices> {
  readonly #file: string;
  readonly #open: (client: KubernetesClient) => Services;
  readonly #listeners = new Set<() => void>();
  readonly #look = (): void => void this.refresh();
  #current: Open<Services> | null = null;
  #work: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(file: string, open: (client: KubernetesClient) => Services) {
    this.#file = file;
    this.#open = open;
  }

  /** Connects if there is a file, and looks at it from now on. */
  async start(): Promise<void> {
    // Polling sees renames, removals and network file systems alike; `fs.watch` misses some of them.
    watchFile(this.#file, { interval: lookMs, persistent: false }, this.#look);
    await this.refresh();
  }

  /** The services of the cluster, null while there is none. */
  get services(): Services | null {
    return this.#current?.services ?? null;
  }

  get client(): KubernetesClient | null {
    return this.#current?.client ?? null;
  }

  /** Calls `listener` whenever `services` is another one. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at the file now. Never fails: a file that cannot be read counts as none. */
  async refresh(): Promise<void> {
    this.#work = this.#work.then(async () => this.#refresh());
    await this.#work;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    unwatchFile(this.#file, this.#look);
    this.#listeners.clear();
    await this.#work;
    await this.#close();
  }

  async #refresh(): Promise<void> {
    if (this.#disposed) return;
    const client = await KubernetesClient.fromFile(this.#file).catch(() => null);
    const access = client === null ? '' : JSON.stringify(client.access);
    if (access === (this.#current?.access ?? '')) {
      await client?.dispose();
      this.#current?.services.hurry();
      return;
    }
    await this.#close();
    if (client !== null) this.#current = { client, access, services: this.#open(client) };
    for (const listener of [...this.#listeners]) listener();
  }

  async #close(): Promise<void> {
    const old = this.#current;
    this.#current = null;
    await old?.services.dispose();
    await old?.client.dispose();
  }
}
