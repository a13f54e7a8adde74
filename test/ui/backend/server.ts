import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { webSocketPath } from '../../../preload/host.ts';
import { contentSecurityPolicy } from '../../../main/server/headers.ts';
import { scriptedRouter } from './router.ts';
import type { Scenario } from './scenario.ts';

const page = path.resolve(import.meta.dirname, '../../../dist/renderer');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the page as it is shipped, under its real content security policy, with a scripted backend behind it. */
export async function serve(scenario: Scenario): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://page').pathname;
    readFile(path.join(page, name === '/' ? 'index.html' : path.normalize(name)))
      .then((content) => {
        response.writeHead(200, {
          'content-type': types[path.extname(name === '/' ? 'index.html' : name)] ?? 'application/octet-stream',
          'content-security-policy': contentSecurityPolicy,
        });
        response.end(content);
      })
      .catch(() => response.writeHead(404).end());
  });
  const sockets = new WebSocketServer({ server, path: webSocketPath });
  const handler = new RPCHandler(scriptedRouter(scenario));
  sockets.on('connection', (socket) => void handler.upgrade(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
