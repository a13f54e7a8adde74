import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { knownKind, resourcePath } from '../../main/kubernetes/resources.ts';
import type { ObjectMeta } from '../../main/kubernetes/types.ts';

/** Any object, as it is written. */
export interface Thing {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

interface Watch {
  readonly collection: string;
  readonly response: ServerResponse;
}

/** Answers a write instead of the server; `null` lets it do its usual work. */
export type Admission = (
  method: string,
  path: string,
  body: Thing,
) => { code: number; reason: string; message: string } | null;

/**
 * An API server of many kinds, for tests of what joins them: lists, streaming lists, watches, gets,
 * creates, merge patches and deletes of whole objects. It controls nothing: tests play the controller.
 */
export class StandInCluster {
  readonly #server: Server;
  /** By path: `/apis/kpack.io/v1alpha2/namespaces/default/images/web`. */
  readonly #objects = new Map<string, Thing>();
  readonly #watches = new Set<Watch>();
  #version = 100;
  #port = 0;
  admit: Admission = () => null;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get address(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Makes an object, or replaces it. Its uid is its own or made of its name. */
  put(object: Thing): void {
    const path = pathOf(object);
    const known = this.#objects.get(path);
    this.#version += 1;
    const uid = object.metadata.uid ?? known?.metadata.uid ?? `uid-${object.metadata.name}-${String(this.#version)}`;
    const whole = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(this.#version) } };
    this.#objects.set(path, whole);
    this.#send(path, known?.metadata.uid === uid ? 'MODIFIED' : 'ADDED', whole);
  }

  remove(object: Thing): void {
    const path = pathOf(object);
    const known = this.#objects.get(path);
    if (!known) return;
    this.#objects.delete(path);
    this.#version += 1;
    this.#send(path, 'DELETED', { ...known, metadata: { ...known.metadata, resourceVersion: String(this.#version) } });
  }

  /** The object as the server has it. */
  get(object: Thing): Thing | undefined {
    return this.#objects.get(pathOf(object));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.address);
    const path = url.pathname.replace(/\/status$/, '');
    const method = request.method ?? 'GET';
    if (url.searchParams.get('watch') === '1') {
      this.#watch(path, response);
      return;
    }
    if (method === 'GET') {
      const object = this.#objects.get(path);
      if (object) reply(response, 200, object);
      else if (isCollection(path))
        reply(response, 200, { metadata: { resourceVersion: String(this.#version) }, items: this.#of(path) });
      else refuse(response, 404, 'NotFound', 'not found', path);
      return;
    }
    this.#write(method, path, await readBody(request), response);
  }

  #write(method: string, path: string, body: Thing, response: ServerResponse): void {
    const refusal = this.admit(method, path, body);
    const target = method === 'POST' ? pathOf(body) : path;
    const known = this.#objects.get(target);
    if (refusal) refuse(response, refusal.code, refusal.reason, refusal.message, target);
    else if (method === 'POST' && known)
      refuse(response, 409, 'AlreadyExists', `"${body.metadata.name}" already exists`, target);
    else if (method === 'POST') {
      this.put(body);
      reply(response, 201, this.#objects.get(target));
    } else if (!known) refuse(response, 404, 'NotFound', 'not found', target);
    else if (method === 'DELETE') {
      this.remove(known);
      reply(response, 200, { kind: 'Status', status: 'Success' });
    } else {
      this.put(merge(known, body) as Thing);
      reply(response, 200, this.#objects.get(target));
    }
  }

  #watch(collection: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const object of this.#of(collection)) write(response, 'ADDED', object);
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    write(response, 'BOOKMARK', { metadata: { resourceVersion: String(this.#version), annotations } });
    const watch = { collection, response };
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
  }

  #send(path: string, type: string, object: Thing): void {
    for (const { collection, response } of this.#watches)
      if (collectionOf(path) === collection) write(response, type, object);
  }

  /** Objects of a kind, in all namespaces or in one. */
  #of(collection: string): Thing[] {
    return [...this.#objects]
      .filter(([path]) => collectionOf(path) === collection || path.startsWith(`${collection}/`))
      .map(([, object]) => object);
  }
}

function pathOf({ apiVersion, kind, metadata }: Thing): string {
  const known = knownKind(apiVersion, kind);
  if (!known) throw new Error(`${apiVersion} ${kind} is not in the table of kinds`);
  return resourcePath(known, metadata);
}

/** `/apis/g/v/namespaces/n/things/x` belongs to `/apis/g/v/things`. */
function collectionOf(path: string): string {
  const parts = path.split('/').slice(0, -1);
  const at = parts.indexOf('namespaces');
  return (at < 0 || at === parts.length - 1 ? parts : parts.toSpliced(at, 2)).join('/');
}

function isCollection(path: string): boolean {
  const rest = path
    .replace(/^\/apis?\/(?:[\w.-]+\.[\w.-]+\/)?\w+/, '')
    .split('/')
    .filter((part) => part !== '');
  return rest.length % 2 === 1;
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base = typeof target === 'object' && target !== null ? target : {};
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = merge(result[key], value);
  }
  return result;
}

async function readBody(request: IncomingMessage): Promise<Thing> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString() || '{}') as Thing;
}

function write(response: ServerResponse, type: string, object: unknown): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function reply(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number, reason: string, message: string, path: string): void {
  const details = { name: path.split('/').at(-1) };
  reply(response, code, { kind: 'Status', status: 'Failure', code, reason, message, details });
}
