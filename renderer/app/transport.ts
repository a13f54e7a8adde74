import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../preload/contract/index.ts';
import { portMessage, webSocketPath, type DesktopBridge } from '../../preload/host.ts';

/** The backend, whatever carries the requests. */
export type Client = ContractRouterClient<Contract>;

declare global {
  interface Window {
    /** Made by the preload script; absent in a browser. */
    readonly kpackDesktop?: DesktopBridge;
  }
}

/**
 * A client whose connection is made anew whenever it is lost. Requests and streams that were under way fail then; who
 * follows a stream asks for it again. `onLost` and `onFound` tell about it.
 */
export function connect(onFound: () => void, onLost: () => void): Client {
  const carrier =
    window.kpackDesktop === undefined ? new Sockets(onFound, onLost) : new Ports(window.kpackDesktop, onFound);
  return createORPCClient({
    call: async (...call: Parameters<SocketLink<object>['call']>) => (await carrier.link()).call(...call),
  });
}

interface Link {
  call: SocketLink<object>['call'];
}

/** The window: the Electron process hands over a port, again when the backend had to be started anew. */
class Ports {
  #link = Promise.withResolvers<Link>();

  constructor(bridge: DesktopBridge, onFound: () => void) {
    window.addEventListener('message', (event) => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== portMessage || port === undefined) return;
      port.start();
      const link = new PortLink({ port });
      this.#link.resolve(link);
      this.#link = { ...this.#link, promise: Promise.resolve(link) };
      onFound();
    });
    bridge.connect();
  }

  link(): Promise<Link> {
    return this.#link.promise;
  }
}

/** The local page: a WebSocket to where the page came from, with a longer pause after each failure. */
class Sockets {
  readonly #onFound: () => void;
  readonly #onLost: () => void;
  #link: Promise<Link>;
  #pause = 250;

  constructor(onFound: () => void, onLost: () => void) {
    this.#onFound = onFound;
    this.#onLost = onLost;
    this.#link = this.#open();
  }

  link(): Promise<Link> {
    return this.#link;
  }

  #open(): Promise<Link> {
    return new Promise((resolve) => {
      const attempt = () => {
        const url = new URL(webSocketPath, window.location.href);
        url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
        const socket = new WebSocket(url);
        socket.addEventListener('open', () => {
          this.#pause = 250;
          resolve(new SocketLink({ websocket: socket }));
          this.#onFound();
          socket.addEventListener('close', () => {
            this.#link = this.#open();
            this.#onLost();
          });
        });
        socket.addEventListener('error', () => {
          this.#onLost();
          this.#pause = Math.min(5000, this.#pause * 2);
          setTimeout(attempt, this.#pause);
        });
      };
      attempt();
    });
  }
}
