import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Duplex } from 'node:stream';
import { webSocketPath } from '../../preload/host.ts';
import { Access } from './access.ts';
import { type Refusal, refuseBody, refuseForeign, refuseShape } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { type PageFiles } from './page-files.ts';
import { refusalWords } from './refusal-words.ts';
import { type ServedRouter } from './request-limit.ts';
import { Sockets } from './sockets.ts';

export interface LocalServerOptions {
  router: ServedRouter;
  page: PageFiles;
  /** 0 takes a free one. */
  port: number;
  /** Lets programs of the same user ask for links and use the contract; made by `secret()`. */
  key: string;
  /** Told about every request that was refused. */
  onRefused(refusal: Refusal, request: { method: string; host: string; origin: string; path: string }): void;
}

/** Where programs that hold the key ask for a link to the page. */
export const linkPath = '/link';

/** The page and its backend on 127.0.0.1, for the person who holds a link. */
export class LocalServer {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Sockets;
  readonly #access: Access;
  readonly #options: LocalServerOptions;

  private constructor(server: Server, port: number, options: LocalServerOptions) {
    this.port = port;
    this.#server = server;
    this.#options = options;
    this.#access = new Access(port, options.key);
    this.#sockets = new Sockets(options.router);
    server.on('request', (request, response) => this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Listens on 127.0.0.1 only. Fails with EADDRINUSE when the port is taken. */
  static async start(options: LocalServerOptions): Promise<LocalServer> {
    const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16_384 });
    server.maxConnections = 256;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: options.port }, () => resolve(undefined));
    await promise;
    return new LocalServer(server, (server.address() as AddressInfo).port, options);
  }

  /** A URL that opens the page once, in one browser. */
  newLink(): string {
    return `http://127.0.0.1:${this.port}/?link=${this.#access.newToken()}`;
  }

  /** Ends every subscription and connection. */
  async dispose(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.close(() => resolve(undefined));
    await this.#sockets.dispose();
    this.#server.closeAllConnections();
    await promise;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const url = parse(request);
    if (url?.pathname === linkPath && request.method === 'POST') {
      this.#answerProgram(request, response);
      return;
    }
    const refusal = this.#refusal(request, url);
    if (refusal !== null) {
      this.#refuse(refusal, request, response);
      return;
    }
    const token = url?.searchParams.get('link') ?? null;
    // Only GET uses a link up: programs that look at links before a person does ask with HEAD.
    if (token !== null && request.method === 'GET') {
      this.#redeem(token, request, response);
      return;
    }
    if (!this.#access.hasSession(request.headers.cookie)) {
      if (cameFromElsewhere(request, url))
        response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(again);
      else this.#refuse({ status: 401, reason: 'session' }, request, response);
      return;
    }
    this.#answerFile(url?.pathname ?? '', request, response);
  }

  #refusal(request: IncomingMessage, url: URL | null): Refusal | null {
    if (url === null) return { status: 400, reason: 'missing' };
    return refuseForeign(request.headers, this.port, 'page') ?? refuseShape(request.method, request.headers);
  }

  /** The link is good for one answer: a cookie and the way to the page without the token in its address. */
  #redeem(token: string, request: IncomingMessage, response: ServerResponse): void {
    const cookie = this.#access.redeem(token);
    // Whoever opens a used link again in the same browser (a reload, a bookmark) still holds the cookie.
    if (cookie === null && !this.#access.hasSession(request.headers.cookie)) {
      this.#refuse({ status: 401, reason: 'link' }, request, response);
      return;
    }
    if (cookie !== null) response.setHeader('Set-Cookie', cookie);
    response.writeHead(303, { Location: '/', 'Cache-Control': 'no-store' }).end();
  }

  #answerProgram(request: IncomingMessage, response: ServerResponse): void {
    const refusal = refuseForeign(request.headers, this.port, 'program') ?? refuseBody(request.headers);
    if (refusal !== null) this.#refuse(refusal, request, response);
    else if (!this.#access.hasKey(request.headers.authorization))
      this.#refuse({ status: 401, reason: 'session' }, request, response);
    else
      response
        .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
        .end(JSON.stringify({ link: this.newLink() }));
  }

  #answerFile(pathname: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.#options.page.find(pathname);
    if (file === null) {
      this.#refuse({ status: 404, reason: 'missing' }, request, response);
      return;
    }
    const { content, type, immutable } = file;
    const caching = immutable ? 'private, max-age=31536000, immutable' : 'no-cache';
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': content.length, 'Cache-Control': caching });
    response.end(request.method === 'HEAD' ? undefined : content);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.#refuseUpgrade(request);
    if (refusal === null) {
      this.#sockets.accept(request, socket, head);
      return;
    }
    this.#report(refusal, request);
    socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  #refuseUpgrade(request: IncomingMessage): Refusal | null {
    const program = this.#access.hasKey(request.headers.authorization);
    const foreign =
      refuseForeign(request.headers, this.port, program ? 'program' : 'socket') ??
      refuseShape(request.method, request.headers);
    if (foreign !== null) return foreign;
    if (parse(request)?.pathname !== webSocketPath) return { status: 404, reason: 'missing' };
    if (!program && !this.#access.hasSession(request.headers.cookie)) return { status: 401, reason: 'session' };
    return this.#sockets.full ? { status: 503, reason: 'busy' } : null;
  }

  #refuse(refusal: Refusal, request: IncomingMessage, response: ServerResponse): void {
    this.#report(refusal, request);
    // A body is never read: without an end to the connection its rest would be taken for the next request.
    response.writeHead(refusal.status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.end(`${refusalWords(refusal, request.headers['accept-language'])}\n`);
  }

  #report(refusal: Refusal, request: IncomingMessage): void {
    const { host = '', origin = '' } = request.headers;
    this.#options.onRefused(refusal, {
      method: request.method ?? '',
      host,
      origin,
      path: parse(request)?.pathname ?? '',
    });
  }
}

/**
 * A link that is followed from another site (a chat, a terminal in a browser) arrives without the
 * cookie, even right after it was set: `SameSite=Strict` looks at where the navigation began. The
 * page asks for itself once more, now from here. It holds nothing and does not come twice.
 */
function cameFromElsewhere(request: IncomingMessage, url: URL | null): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-site': site } = request.headers;
  return url?.pathname === '/' && mode === 'navigate' && site === 'cross-site';
}

const again =
  '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/"><title>kpack Desktop</title>';

/** The URL of a request, or null when it is none. The query may hold a token: only the path may be logged. */
function parse(request: IncomingMessage): URL | null {
  const target = request.url ?? '';
  return /^\/(?!\/)/.test(target) && URL.canParse(target, 'http://127.0.0.1')
    ? new URL(target, 'http://127.0.0.1')
    : null;
}
