import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Endpoints } from '../../main/registry/http.ts';
import type { Pins } from '../../main/bundle/pins.ts';
import { publicFace, type PublicFace } from './public-face.ts';

/**
 * What a stand-in does wrong. `paths` matches `host/path`.
 * - `status`: answers with it, `retryAfter` seconds
 * - `cut`: the connection breaks after so many bytes of the body
 * - `wrong`: a byte of the content is another one
 * - `slow`: so many bytes at once, and `pace` waits after each of them
 * - `whole`: ranges are ignored
 */
export interface Fault {
  readonly paths: RegExp;
  /** How many requests are hit; default 1. */
  readonly times?: number;
  readonly status?: number;
  readonly retryAfter?: number;
  readonly cut?: number;
  readonly wrong?: boolean;
  readonly slow?: { readonly bytes: number; readonly pace: () => Promise<void> };
  readonly whole?: boolean;
}

export interface SeenRequest {
  /** `host/path` as the client meant it. */
  readonly path: string;
  readonly range: string | null;
  readonly authorization: string | null;
}

const hosts = [
  'kind.sigs.k8s.io',
  'github.com',
  'objects.example',
  'registry-1.docker.io',
  'auth.docker.io',
  'ghcr.io',
  'cdn.example',
];

/**
 * A server on 127.0.0.1 that stands in for kind.sigs.k8s.io, github.com, Docker Hub and ghcr.io with the content of a
 * bundle: redirects to download hosts, tokens, indexes and ranges as there.
 */
export class Standin {
  readonly pins: Pins;
  readonly requests: SeenRequest[] = [];
  readonly #face: PublicFace;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #faults: { fault: Fault; left: number }[] = [];
  #base = '';

  private constructor(face: PublicFace) {
    this.#face = face;
    this.pins = face.pins;
  }

  static async start(bundlePath: string): Promise<Standin> {
    const standin = new Standin(await publicFace(bundlePath));
    await new Promise<void>((resolve) => standin.#server.listen(0, '127.0.0.1', resolve));
    const address = standin.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    standin.#base = `http://127.0.0.1:${address.port}`;
    return standin;
  }

  /** Where each host is to be reached. */
  get endpoints(): Endpoints {
    return Object.fromEntries(hosts.map((host) => [host, `${this.#base}/${host}`]));
  }

  break(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 });
  }

  heal(): void {
    this.#faults = [];
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#face.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    const { range, authorization } = request.headers;
    this.requests.push({ path, range: range ?? null, authorization: authorization ?? null });
    const fault = this.#faultFor(path);
    if (fault?.status !== undefined) {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      response
        .writeHead(fault.status, headers)
        .end(JSON.stringify({ errors: [{ code: 'FAULT', message: 'asked for' }] }));
      return;
    }
    const answer = await this.#answer(path, authorization ?? '');
    if ('redirect' in answer) response.writeHead(307, { location: answer.redirect }).end();
    else if ('challenge' in answer) response.writeHead(401, { 'www-authenticate': answer.challenge }).end();
    else if ('missing' in answer)
      response.writeHead(404).end(JSON.stringify({ errors: [{ code: 'UNKNOWN', message: 'not here' }] }));
    else await send(request, response, answer.bytes, answer.type, fault);
  }

  async #answer(path: string, authorization: string): Promise<Answer> {
    const [host = '', ...rest] = path.replace(/\?.*$/, '').split('/');
    if (host === 'auth.docker.io') {
      const scope = /[?&]scope=([^&]*)/.exec(path)?.[1] ?? '';
      return {
        bytes: Buffer.from(JSON.stringify({ token: `for-${scope}`, expires_in: 300 })),
        type: 'application/json',
      };
    }
    if (host === 'kind.sigs.k8s.io') return { redirect: `https://objects.example/${rest.join('/')}` };
    if (host === 'objects.example') return this.#file(`kind.sigs.k8s.io/${rest.join('/')}`);
    if (host === 'github.com') return this.#file(path);
    if (host === 'cdn.example') return authorization === '' ? this.#blob(rest.join('/')) : { missing: true };
    return this.#registry(host === 'registry-1.docker.io' ? 'docker.io' : host, rest.slice(1).join('/'), authorization);
  }

  async #registry(registry: string, path: string, authorization: string): Promise<Answer> {
    const [, repository = '', kind = '', reference = ''] = /^(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    if (registry === 'docker.io' && authorization !== `Bearer for-repository:${repository}:pull`) {
      const scope = `repository:${repository}:pull`;
      return { challenge: `Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="${scope}"` };
    }
    const name = `${registry}/${repository}`;
    if (kind === 'manifests') {
      const manifest = this.#face.manifests.get(`${name} ${reference}`);
      return manifest === undefined ? { missing: true } : { bytes: manifest.bytes, type: manifest.mediaType };
    }
    if (registry === 'docker.io') return { redirect: `https://cdn.example/${name}/${reference}` };
    return this.#blob(`${name}/${reference}`);
  }

  #file(path: string): Answer {
    const bytes = this.#face.files.get(path);
    return bytes === undefined ? { missing: true } : { bytes, type: 'application/octet-stream' };
  }

  async #blob(path: string): Promise<Answer> {
    const name = path.slice(0, path.lastIndexOf('/'));
    const digest = path.slice(path.lastIndexOf('/') + 1);
    for (const [key, image] of this.#face.images) {
      const parts = [image.manifest.config, ...image.manifest.layers];
      if (!key.startsWith(`${name} `) || !parts.some((part) => part.digest === digest)) continue;
      const chunks: Buffer[] = [];
      for await (const chunk of await image.blob(digest)) chunks.push(chunk as Buffer);
      return { bytes: Buffer.concat(chunks), type: 'application/octet-stream' };
    }
    return { missing: true };
  }

  #faultFor(path: string): Fault | null {
    const hit = this.#faults.find(({ fault, left }) => left > 0 && fault.paths.test(path));
    if (hit === undefined) return null;
    hit.left--;
    return hit.fault;
  }
}

type Answer =
  | { readonly redirect: string }
  | { readonly challenge: string }
  | { readonly missing: true }
  | { readonly bytes: Buffer; readonly type: string };

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  type: string,
  fault: Fault | null,
): Promise<void> {
  const bytes = fault?.wrong === true ? damaged(content) : content;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const partial = start > 0 && fault?.whole !== true;
  const body = partial ? bytes.subarray(start) : bytes;
  const headers: Record<string, string | number> = { 'content-type': type, 'content-length': body.length };
  if (type.includes('manifest') || type.includes('index'))
    headers['docker-content-digest'] = `sha256:${sha256(content)}`;
  if (partial && start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  if (partial) headers['content-range'] = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(partial ? 206 : 200, headers);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const sent = fault?.cut === undefined ? body : body.subarray(0, fault.cut);
  const size = fault?.slow?.bytes ?? Math.max(sent.length, 1);
  for (let at = 0; at < sent.length && !response.destroyed; at += size) {
    await new Promise<void>((resolve) => response.write(sent.subarray(at, at + size), () => resolve()));
    await fault?.slow?.pace();
  }
  if (fault?.cut === undefined) response.end();
  else response.destroy();
}

function damaged(content: Buffer): Buffer {
  const copy = Buffer.from(content);
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 0xff;
  return copy;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
