import { RPCHandler } from '@orpc/server/ws';
import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { PacedSocket } from './paced-socket.ts';
import { limitRequests, type ServedRouter } from './request-limit.ts';

/** The largest message of a page: drafts and settings are a few kilobytes. */
const maxMessageBytes = 1 << 20;
/** Requests and subscriptions of one page at a time. */
const maxOpenRequests = 128;
const maxSockets = 32;
/** A socket that does not answer a ping within this time is gone (a closed laptop behind `ssh -L`). */
const pingEveryMs = 30_000;

/** Carries the contract over WebSockets that were let in already. */
export class Sockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  readonly #router: ServedRouter;
  readonly #pings: NodeJS.Timeout;
  readonly #answered = new WeakSet<WebSocket>();

  constructor(router: ServedRouter) {
    this.#router = router;
    this.#pings = setInterval(() => this.#ping(), pingEveryMs).unref();
  }

  /** No further page is let in. */
  get full(): boolean {
    return this.#server.clients.size >= maxSockets;
  }

  /** Takes over an upgrade request that was checked by the caller. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#answered.add(webSocket);
      webSocket.on('pong', () => this.#answered.add(webSocket));
      // A broken or oversized message: ws has answered with the right close code already.
      webSocket.on('error', () => webSocket.terminate());
      const handler = new RPCHandler(this.#router, { interceptors: [limitRequests(maxOpenRequests)] });
      void handler.upgrade(new PacedSocket(webSocket));
    });
  }

  /** Says goodbye to every page and ends their subscriptions. */
  async dispose(): Promise<void> {
    clearInterval(this.#pings);
    await Promise.all([...this.#server.clients].map(sayGoodbye));
    this.#server.close();
  }

  #ping(): void {
    for (const client of this.#server.clients) {
      if (this.#answered.delete(client)) client.ping();
      else client.terminate();
    }
  }
}

async function sayGoodbye(client: WebSocket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  client.once('close', () => resolve(undefined));
  client.close(1001);
  const timer = setTimeout(() => client.terminate(), 500);
  await promise;
  clearTimeout(timer);
}
