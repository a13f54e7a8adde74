import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterAccess } from '../../main/kubernetes/kubeconfig.ts';
import type { KubernetesObject, ObjectMeta } from '../../main/kubernetes/types.ts';

export type Thing = KubernetesObject & { metadata: ObjectMeta };

interface Recorded {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: Thing;
  version: number;
}

/** What the server does with the next request instead of answering it properly. */
export type Trick = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * An API server of one collection, for tests: lists in pages, streaming lists, watches that resume,
 * versions that expire; and every fault that was seen on real ones, on demand.
 */
export class StandInApi {
  readonly requests: URL[] = [];
  /** Taken one by one by the coming requests. */
  readonly tricks: Trick[] = [];
  streamingLists = true;
  /** Connections stay open but nothing passes any more. */
  blackHole = false;
  readonly #server: Server;
  readonly #objects = new Map<string, Thing>();
  readonly #history: Recorded[] = [];
  readonly #watches = new Set<ServerResponse>();
  #version = 100;
  #oldest = 0;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens again on the same port after `stop`. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#watches.clear();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Makes an object or changes it; `value` becomes a label. */
  put(name: string, value = ''): void {
    const version = (this.#version += 1);
    const old = this.#objects.get(name);
    const uid = old?.metadata.uid ?? `uid-${name}-${version}`;
    const metadata = { namespace: 'default', name, uid, labels: { value }, resourceVersion: String(version) };
    const object = { metadata };
    this.#objects.set(name, object);
    this.#record({ type: old ? 'MODIFIED' : 'ADDED', object, version });
  }

  remove(name: string): void {
    const object = this.#objects.get(name);
    if (!object) return;
    this.#objects.delete(name);
    const version = (this.#version += 1);
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.#record({ type: 'DELETED', object: last, version });
  }

  /** Forgets the past: watches from older versions are answered with 410. */
  forget(): void {
    this.#version += 1;
    this.#oldest = this.#version;
    this.#history.length = 0;
  }

  /** Sends everybody a bookmark with the newest version. */
  bookmark(): void {
    for (const watch of this.#watches) this.#send(watch, { type: 'BOOKMARK', object: bookmarkAt(this.#version) });
  }

  /** Ends all watches: cleanly, or by breaking their connections in the middle of a line. */
  endWatches(how: 'clean' | 'broken'): void {
    for (const watch of this.#watches) {
      if (how === 'clean') watch.end();
      else {
        watch.write('{"type":"MODIFIED","object":{"meta');
        watch.socket?.destroySoon();
      }
    }
    this.#watches.clear();
  }

  #record(event: Recorded): void {
    this.#history.push(event);
    for (const watch of this.#watches) this.#send(watch, event);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.address);
    this.requests.push(url);
    const trick = this.tricks.shift();
    if (trick) trick(request, response);
    else if (url.searchParams.get('watch') === '1') this.#watch(url, response);
    else this.#list(url, response);
  }

  #watch(url: URL, response: ServerResponse): void {
    const initial = url.searchParams.get('sendInitialEvents') === 'true';
    if (initial && !this.streamingLists) {
      refuse(422, 'Invalid', 'sendInitialEvents: Forbidden')(null, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (initial) {
      for (const object of this.#sorted()) this.#send(response, { type: 'ADDED', object });
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      this.#send(response, { type: 'BOOKMARK', object: bookmarkAt(this.#version, annotations) });
    } else {
      const from = Number(url.searchParams.get('resourceVersion'));
      if (from < this.#oldest) {
        const object = { kind: 'Status', code: 410, reason: 'Expired', message: `too old resource version: ${from}` };
        response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
        return;
      }
      for (const event of this.#history) if (event.version > from) this.#send(response, event);
    }
    this.#watches.add(response);
    response.on('close', () => this.#watches.delete(response));
  }

  #list(url: URL, response: ServerResponse): void {
    const from = Number(url.searchParams.get('continue') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? Number.MAX_SAFE_INTEGER);
    const items = this.#sorted();
    const next = from + limit < items.length ? String(from + limit) : '';
    const metadata = { resourceVersion: String(this.#version), continue: next };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ metadata, items: items.slice(from, from + limit) }));
  }

  #sorted(): Thing[] {
    return [...this.#objects.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  #send(watch: ServerResponse, event: { type: string; object: unknown }): void {
    if (!this.blackHole) watch.write(`${JSON.stringify({ type: event.type, object: event.object })}\n`);
  }
}

/** Access to a stand-in, which asks for no credentials. */
export function accessTo(api: { address: string }): ClusterAccess {
  const nobody = { certificate: null, key: null, token: null, username: null, password: null };
  const plain = { ca: null, insecure: false, tlsServerName: null };
  return { context: 'test', server: api.address, namespace: 'default', ...plain, ...nobody };
}

/** A refusal as the API server words it. */
export function refuse(code: number, reason: string, message: string, headers: Record<string, string> = {}) {
  return (_request: IncomingMessage | null, response: ServerResponse): void => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message }));
  };
}

function bookmarkAt(version: number, annotations?: Record<string, string>): unknown {
  return { metadata: { resourceVersion: String(version), annotations } };
}
