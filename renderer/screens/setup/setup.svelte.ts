import type { Fix, SetupOptions, SetupPlan, SetupState } from '../../../preload/contract/index.ts';
import type { Client } from '../../app/transport.ts';

/** The setup screen's state: the plan while nothing runs, the run while it does, and what the reader chose. */
export class SetupModel {
  readonly #client: Client;
  readonly #stop = new AbortController();
  #plan = $state.raw<SetupPlan | null>(null);
  #state = $state.raw<SetupState | null>(null);
  #chosen = $state.raw<Partial<SetupOptions>>({});
  #planning = $state(false);
  #problem = $state.raw<unknown>(null);
  #asking = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  get plan(): SetupPlan | null {
    return this.#plan;
  }

  get run(): SetupState | null {
    return this.#state;
  }

  get planning(): boolean {
    return this.#planning;
  }

  /** What the last request was refused with. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Follows setup until `dispose`, and starts over after a lost connection. */
  async follow(): Promise<void> {
    const stopped = () => this.#stop.signal.aborted;
    while (!stopped()) {
      try {
        for await (const state of await this.#client.setup.watch(undefined, { signal: this.#stop.signal }))
          this.#state = state;
      } catch {
        // The connection was lost; the transport makes a new one.
      }
      if (!stopped()) await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  dispose(): void {
    this.#stop.abort();
  }

  /** Looks at the machine again with changed choices; the newest answer wins. */
  async look(change: Partial<SetupOptions> = {}): Promise<void> {
    this.#chosen = { ...this.#chosen, ...change };
    const asked = (this.#asking += 1);
    this.#planning = true;
    try {
      const plan = await this.#client.setup.plan(this.#chosen, { signal: this.#stop.signal });
      if (asked === this.#asking) {
        this.#plan = plan;
        this.#problem = null;
      }
    } catch (error) {
      if (asked === this.#asking && !this.#stop.signal.aborted) this.#problem = error;
    } finally {
      if (asked === this.#asking) this.#planning = false;
    }
  }

  async start(): Promise<void> {
    const options = this.#plan?.options;
    if (options !== undefined) await this.#try(() => this.#client.setup.start(options));
  }

  async retry(): Promise<void> {
    await this.#try(() => this.#client.setup.retry());
  }

  async cancel(): Promise<void> {
    await this.#try(() => this.#client.setup.cancel());
  }

  /** Presses a fix of a failed run or of a check. What only the host can do (copying, choosing) is the page's. */
  async press(fix: Fix): Promise<void> {
    const options = this.#state?.options ?? this.#plan?.options;
    switch (fix.id) {
      case 'retry':
        return this.retry();
      case 'use-port':
        return this.#again(options, { port: Number(fix.params['port']) });
      case 'use-address':
        return this.#again(options, {
          address: fix.params['address'] ?? '',
          ...(fix.params['port'] === undefined ? {} : { port: Number(fix.params['port']) }),
        });
      case 'replace-cluster':
        return this.#again(options, { replaceCluster: true });
      case 'install-engine':
        return this.#again(options, {
          installEngine: fix.params['method'] === 'distribution' ? 'distribution' : 'docker',
        });
      default:
        return this.look();
    }
  }

  /** Before a run: look again with the change. After one that failed: start again with it. */
  async #again(options: SetupOptions | undefined, change: Partial<SetupOptions>): Promise<void> {
    if (this.#state?.phase !== 'failed' || options === undefined) return this.look(change);
    await this.#try(() => this.#client.setup.start({ ...options, ...change }));
  }

  async #try(request: () => Promise<unknown>): Promise<void> {
    try {
      await request();
      this.#problem = null;
    } catch (error) {
      this.#problem = error;
    }
  }
}
