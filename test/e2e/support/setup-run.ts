import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { SetupState } from '../../../preload/contract/index.ts';
import type { Machine } from './machine.ts';
import { cliFile, type Product } from './product.ts';

/** One run of `setup --json` that can be watched and killed. */
export class SetupRun {
  readonly #child: ChildProcess;
  readonly #states: SetupState[] = [];
  readonly #listeners = new Set<() => void>();
  #rest = '';

  constructor(product: Product, machine: Machine) {
    this.#child = spawn(process.execPath, [cliFile, 'setup', '--yes', '--json', '--bundle', machine.bundle], {
      env: product.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#read(chunk.toString());
    });
    this.#child.on('exit', () => {
      this.#tell();
    });
  }

  get last(): SetupState | undefined {
    return this.#states.at(-1);
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until `test` is true of a state; false when the run ended before. */
  async until(test: (state: SetupState) => boolean): Promise<boolean> {
    for (;;) {
      if (this.#states.some(test)) return true;
      if (this.ended) return false;
      await new Promise<void>((resolve) => {
        const told = () => {
          this.#listeners.delete(told);
          resolve();
        };
        this.#listeners.add(told);
      });
    }
  }

  /** Ends it without any chance to tidy up. */
  async kill(): Promise<void> {
    if (this.ended) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  /** The exit code. */
  async code(): Promise<number | null> {
    if (!this.ended) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines.filter((each) => each.startsWith('{'))) {
      const value = JSON.parse(line) as { type: string };
      if (value.type === 'state') this.#states.push(value as unknown as SetupState);
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The state of one step in a state of the whole. */
export function stepIn(state: SetupState, id: string): SetupState['steps'][number]['state'] | undefined {
  return state.steps.find((step) => step.id === id)?.state;
}
