import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../../main/registry/verify.ts';

export interface MemoryRegistryOptions {
  /** Asks for this account: by HTTP basic, or through its own token server. */
  readonly account?: { readonly username: string; readonly password: string; readonly scheme: 'basic' | 'bearer' };
  /** Largest page of the tag list; default all. */
  readonly pageSize?: number;
  readonly mounts?: boolean;
}

/** A registry in memory that speaks as much of the distribution API as our client uses. For tests. */
export class MemoryRegistry {
  /** `METHOD path` of each request. */
  readonly requests: string[] = [];
  readonly blobs = new Map<string, Map<string, Buffer>>();
  readonly manifests = new Map<string, Map<string, { bytes: Buffer; mediaType: string }>>();
  readonly #options: MemoryRegistryOptions;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #port = 0;

  private constructor(options: MemoryRegistryOptions) {
    this.#options = options;
  }

  static async start(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
    const registry = new MemoryRegistry(options);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    const address = registry.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    registry.#port = address.port;
    return registry;
  }

  /** `127.0.0.1:<port>`. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${this.host}`);
    this.requests.push(`${request.method ?? ''} ${url.pathname}`);
    const body = await buffer(request).catch(() => null);
    if (body === null) return;
    if (url.pathname === '/token') this.#token(request, url, response);
    else if (!this.#allowed(request, url)) this.#challenge(response);
    else this.#route(request, url, body, response);
  }

  #route(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): void {
    const path = url.pathname;
    const [, repository = '', kind = '', rest = ''] = /^\/v2\/(.+)\/(blobs|manifests|tags)\/(.*)$/.exec(path) ?? [];
    if (path === '/v2/') response.writeHead(200).end('{}');
    else if (kind === 'tags') this.#tags(repository, url, response);
    else if (kind === 'manifests') this.#manifest(request, repository, rest, body, response);
    else if (rest.startsWith('uploads/')) this.#upload(request, repository, url, body, response);
    else if (kind === 'blobs')
      give(request, response, this.blobs.get(repository)?.get(rest), 'application/octet-stream');
    else missing(response);
  }

  #upload(request: IncomingMessage, repository: string, url: URL, body: Buffer, response: ServerResponse): void {
    const blobs = this.blobs.get(repository) ?? new Map<string, Buffer>();
    const session = `/v2/${repository}/blobs/uploads/session?state=x%2By`;
    const mount = url.searchParams.get('mount');
    const from = this.blobs.get(url.searchParams.get('from') ?? '')?.get(mount ?? '');
    if (request.method === 'POST' && mount !== null && from !== undefined && this.#options.mounts !== false) {
      this.blobs.set(repository, blobs.set(mount, from));
      response.writeHead(201).end();
    } else if (request.method === 'POST') {
      response.writeHead(202, { location: session }).end();
    } else if (request.method === 'DELETE') {
      response.writeHead(204).end();
    } else if (digestOf(body) !== url.searchParams.get('digest') || url.searchParams.get('state') !== 'x+y') {
      response.writeHead(400).end(JSON.stringify({ errors: [{ code: 'DIGEST_INVALID', message: 'digest is wrong' }] }));
    } else {
      this.blobs.set(repository, blobs.set(digestOf(body), body));
      response.writeHead(201).end();
    }
  }

  #manifest(
    request: IncomingMessage,
    repository: string,
    reference: string,
    body: Buffer,
    response: ServerResponse,
  ): void {
    const manifests = this.manifests.get(repository) ?? new Map<string, { bytes: Buffer; mediaType: string }>();
    const found = manifests.get(reference);
    if (request.method === 'PUT') {
      const stored = { bytes: body, mediaType: request.headers['content-type'] ?? '' };
      this.manifests.set(repository, manifests.set(reference, stored).set(digestOf(body), stored));
      response.writeHead(201, { 'docker-content-digest': digestOf(body) }).end();
    } else if (request.method === 'DELETE') {
      const gone = [...manifests].filter(([, manifest]) => manifest === found).map(([key]) => key);
      for (const key of gone) manifests.delete(key);
      response.writeHead(found === undefined ? 404 : 202).end();
    } else {
      give(request, response, found?.bytes, found?.mediaType ?? '');
    }
  }

  #tags(repository: string, url: URL, response: ServerResponse): void {
    const manifests = this.manifests.get(repository);
    if (manifests === undefined) {
      missing(response);
      return;
    }
    const all = [...manifests.keys()].filter((key) => !key.startsWith('sha256:')).sort();
    const last = url.searchParams.get('last') ?? '';
    const page = all.filter((tag) => tag > last).slice(0, this.#options.pageSize ?? all.length);
    const more = all.at(-1) !== page.at(-1);
    const next = `</v2/${repository}/tags/list?last=${page.at(-1) ?? ''}>; rel="next"`;
    response.writeHead(200, more ? { link: next } : {}).end(JSON.stringify({ name: repository, tags: page }));
  }

  #allowed(request: IncomingMessage, url: URL): boolean {
    const { account } = this.#options;
    const given = request.headers.authorization;
    if (account === undefined) return true;
    if (account.scheme === 'basic') return given === basic(account);
    const repository = /^\/v2\/(.+)\/(?:blobs|manifests|tags)\//.exec(url.pathname)?.[1];
    const rights = request.method === 'GET' || request.method === 'HEAD' ? /pull/ : /push|delete/;
    if (given === undefined || !given.startsWith('Bearer ')) return false;
    return repository === undefined || (given.includes(`repository:${repository}:`) && rights.test(given));
  }

  #challenge(response: ServerResponse): void {
    const bearer = `Bearer realm="http://${this.host}/token",service="memory"`;
    const scheme = this.#options.account?.scheme === 'basic' ? 'Basic realm="memory"' : bearer;
    response.writeHead(401, { 'www-authenticate': scheme }).end();
  }

  #token(request: IncomingMessage, url: URL, response: ServerResponse): void {
    const { account } = this.#options;
    const good = account !== undefined && request.headers.authorization === basic(account);
    if (!good) response.writeHead(401).end();
    else
      response
        .writeHead(200)
        .end(JSON.stringify({ access_token: `for ${url.searchParams.getAll('scope').join(' ')}` }));
  }
}

function basic(account: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`;
}

function give(request: IncomingMessage, response: ServerResponse, bytes: Buffer | undefined, type: string): void {
  if (bytes === undefined) {
    missing(response);
    return;
  }
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const body = bytes.subarray(start);
  const headers: Record<string, string | number> = { 'content-type': type, 'content-length': body.length };
  if (start > 0) headers['content-range'] = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(start > 0 ? 206 : 200, { ...headers, 'docker-content-digest': digestOf(bytes) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function missing(response: ServerResponse): void {
  response.writeHead(404).end(JSON.stringify({ errors: [{ code: 'UNKNOWN', message: 'not here' }] }));
}
