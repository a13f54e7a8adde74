import { type WebSocket } from 'ws';

/**
 * A WebSocket whose `send` ends when the bytes have left the process. oRPC waits for it before it
 * pulls the next message of a stream: a slow page slows its producers down, and nothing piles up.
 */
export class PacedSocket {
  readonly addEventListener: WebSocket['addEventListener'];
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.addEventListener = socket.addEventListener.bind(socket);
  }

  /** A closed socket swallows the message: its subscriptions end with it. */
  async send(data: Parameters<WebSocket['send']>[0]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#socket.send(data, () => resolve(undefined));
    await promise;
  }
}
