import { createServer } from 'node:net';

/** Whether something could listen on this address and port right now. */
export function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host: address, port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** The first port from `first` on that is free on the address and on 127.0.0.1, where engines' proxies listen too. */
export async function freePort(address: string, first: number): Promise<number> {
  for (let port = first; port < first + 200; port += 1) {
    if ((await isFree(address, port)) && (await isFree('127.0.0.1', port))) return port;
  }
  return first;
}
