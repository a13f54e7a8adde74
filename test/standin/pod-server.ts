import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StandInContainer } from './container.ts';
import { refuse } from './kubernetes-api.ts';

/** An API server with one pod whose containers print: its status, their logs, and the node's log folder. */
export class PodServer {
  readonly requests: string[] = [];
  /** Another pod may get the same name. */
  uid = 'pod-1';
  readonly #server: Server;
  readonly #containers: ReadonlyMap<string, StandInContainer>;

  constructor(containers: ReadonlyMap<string, StandInContainer>) {
    this.#containers = containers;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    this.requests.push(url.pathname);
    const [, name = '', file = ''] = /\/proxy\/logs\/pods\/[^/]+\/([^/]+)\/(.*)$/.exec(url.pathname) ?? [];
    const container = this.#containers.get(name || (url.searchParams.get('container') ?? ''));
    if (name && container) await this.#folder(container, file, response);
    else if (url.pathname.endsWith('/log') && container) await this.#log(container, url, request, response);
    else if (url.pathname.endsWith('/pods/web-pod')) this.#pod(response);
    else refuse(404, 'NotFound', 'not found')(null, response);
  }

  #pod(response: ServerResponse): void {
    const initContainerStatuses = [...this.#containers].map(([name, { status }]) => ({
      name,
      state: { [status]: {} },
    }));
    response.end(JSON.stringify({ metadata: { name: 'web-pod', uid: this.uid }, status: { initContainerStatuses } }));
  }

  async #log(container: StandInContainer, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const since = url.searchParams.get('sinceTime');
    const left = new AbortController();
    request.on('close', () => left.abort());
    const body = await container.follow(since === null ? null : Date.parse(since) / 1000, left.signal);
    for await (const chunk of body) response.write(chunk);
    response.end();
  }

  async #folder(container: StandInContainer, file: string, response: ServerResponse): Promise<void> {
    if (file === '') {
      const links = [...(await container.rotated()), '0.log'].map((each) => `<a href="${each}">${each}</a>\n`);
      response.end(`<!doctype html>\n<pre>\n${links.join('')}</pre>\n`);
    } else response.end(await container.raw(file));
  }
}
