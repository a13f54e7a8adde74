import type { MachineStatus } from '../../preload/contract/index.ts';
import { LiveValue } from './live.svelte.ts';
import type { Client } from './transport.ts';

/** What the status bar and the sidebar show: the machine's state, and whether the backend answers. */
export class StatusModel {
  readonly #live: LiveValue<MachineStatus>;
  #connected = $state(true);
  #lostAt = $state(0);

  constructor(client: Client) {
    this.#live = new LiveValue((signal) => client.app.status(undefined, { signal }));
  }

  get value(): MachineStatus | null {
    return this.#live.value;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Since when the backend does not answer, epoch milliseconds. */
  get lostAt(): number {
    return this.#lostAt;
  }

  found(): void {
    this.#connected = true;
  }

  lost(): void {
    if (this.#connected) this.#lostAt = Date.now();
    this.#connected = false;
  }
}
