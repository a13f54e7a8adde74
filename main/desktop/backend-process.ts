import { MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from 'electron';
import { channels } from '../../preload/host.ts';
import { type FromBackend, isFromBackend } from './backend-messages.ts';

/** A backend that ends sooner than this after its start is not started again at once. */
const steadyMs = 10_000;
const maxRestartDelayMs = 30_000;

/**
 * The process that runs the backend. Pages get a MessagePort straight to it; this process only hands
 * the ports over. When the backend dies, a new one is started and every page gets a new port.
 * https://www.electronjs.org/docs/latest/api/utility-process
 */
export class BackendProcess {
  readonly #start: () => UtilityProcess;
  readonly #onMessage: (message: FromBackend) => void;
  readonly #pages = new Set<WebContents>();
  #process: UtilityProcess | null = null;
  #startedAt = 0;
  #delayMs = 0;
  #disposed = false;

  constructor(file: string, env: NodeJS.ProcessEnv, onMessage: (message: FromBackend) => void) {
    this.#start = () => utilityProcess.fork(file, [], { serviceName: 'kpack-desktop backend', env, stdio: 'inherit' });
    this.#onMessage = onMessage;
    this.#launch();
  }

  /** Gives `page` a port to the backend, now and after each restart of the backend, until the page is gone. */
  connect(page: WebContents): void {
    if (!this.#pages.has(page)) {
      this.#pages.add(page);
      page.once('destroyed', () => this.#pages.delete(page));
    }
    this.#handOver(page);
  }

  /** Asks the backend to end, and waits for it for at most five seconds. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const process = this.#process;
    if (process === null) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    process.once('exit', () => resolve(undefined));
    process.postMessage({ type: 'dispose' });
    const timer = setTimeout(() => process.kill(), 5_000);
    await promise;
    clearTimeout(timer);
  }

  #launch(): void {
    const process = this.#start();
    this.#process = process;
    this.#startedAt = Date.now();
    process.on('message', (message: unknown) => {
      if (isFromBackend(message)) this.#onMessage(message);
    });
    process.once('exit', () => this.#ended());
    for (const page of this.#pages) this.#handOver(page);
  }

  #handOver(page: WebContents): void {
    if (this.#process === null || page.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    this.#process.postMessage({ type: 'page' }, [port1]);
    page.postMessage(channels.port, null, [port2]);
  }

  #ended(): void {
    this.#process = null;
    if (this.#disposed) return;
    const steady = Date.now() - this.#startedAt >= steadyMs;
    this.#delayMs = steady ? 0 : Math.min(Math.max(this.#delayMs * 2, 500), maxRestartDelayMs);
    setTimeout(() => {
      if (!this.#disposed) this.#launch();
    }, this.#delayMs);
  }
}
