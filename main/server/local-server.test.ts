import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { eventIterator, os, type RouterClient } from '@orpc/server';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { LocalServer } from './local-server.ts';
import { PageFiles } from './page-files.ts';

let ended: boolean[] = [];
const router = {
  app: {
    echo: os.input(z.object({ text: z.string() })).handler(({ input }) => input.text),
    count: os.output(eventIterator(z.number())).handler(async function* ({ signal }) {
      const aborted = Promise.withResolvers<undefined>();
      signal?.addEventListener('abort', () => aborted.resolve(undefined));
      try {
        yield 1;
        await aborted.promise;
      } finally {
        ended.push(signal?.aborted === true);
      }
    }),
  },
};

let server: LocalServer;
let refused: string[];
const sockets: WebSocket[] = [];

beforeEach(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'page-'));
  await mkdir(path.join(folder, 'page/assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  await writeFile(path.join(folder, 'page/index.html'), '<title>page</title>');
  await writeFile(path.join(folder, 'page/assets/app-1.js'), 'app()');
  refused = [];
  ended = [];
  server = await LocalServer.start({
    router,
    page: await PageFiles.read(path.join(folder, 'page')),
    port: 0,
    key: 'the-key',
    onRefused: (refusal) => refused.push(`${refusal.status} ${refusal.reason}`),
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.dispose();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends the path byte for byte: `fetch` would tidy it up before it left. */
async function ask(target: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request({ host: '127.0.0.1', port: server.port, path: target, method, headers }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (piece: string) => (text += piece));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

const target = (link: string): string => link.slice(link.indexOf('/?'));

async function cookie(): Promise<string> {
  const answer = await ask(target(server.newLink()));
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

/** The status of a refused upgrade, or 101. */
async function upgrade(
  headers: Record<string, string>,
  where = '/rpc',
): Promise<{ status: number; socket: WebSocket }> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${where}`, { headers });
  sockets.push(socket);
  socket.on('open', () => resolve(101));
  socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  socket.on('error', () => undefined);
  return { status: await promise, socket };
}

const origin = (): string => `http://127.0.0.1:${server.port}`;

function client(socket: WebSocket): RouterClient<typeof router> {
  return createORPCClient(new RPCLink({ websocket: socket }));
}

test('a link opens the page once: cookie, way to the page, then the page itself', async () => {
  const link = server.newLink();
  const opened = await ask(target(link));
  expect(opened.status).toBe(303);
  expect(opened.headers['location']).toBe('/');
  expect(String(opened.headers['set-cookie'])).toMatch(
    new RegExp(`^kpack-desktop-${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
  );
  const page = await ask('/', { cookie: String(opened.headers['set-cookie']).split(';')[0] ?? '' });
  expect(page).toMatchObject({ status: 200, body: '<title>page</title>' });
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.headers['x-content-type-options']).toBe('nosniff');
});

test('a link that was used is refused without the cookie', async () => {
  const link = target(server.newLink());
  await ask(link);
  const replay = await ask(link);
  expect(replay.status).toBe(401);
  expect(replay.headers['set-cookie']).toBeUndefined();
  expect(refused).toEqual(['401 link']);
});

test('looking at a link with HEAD does not use it up', async () => {
  const link = target(server.newLink());
  await ask(link, {}, 'HEAD');
  expect((await ask(link)).status).toBe(303);
});

test('without link or cookie there is nothing, not even whether a file exists', async () => {
  expect((await ask('/')).status).toBe(401);
  expect((await ask('/assets/app-1.js')).status).toBe(401);
  expect((await ask('/nothing')).status).toBe(401);
  expect((await ask('/', { cookie: `kpack-desktop-${server.port}=guess` })).status).toBe(401);
});

test('a link that is followed from another site asks once more from here, and only once', async () => {
  const fetched = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' };
  const first = await ask('/', fetched);
  expect(first.status).toBe(200);
  expect(first.body).toContain('http-equiv="refresh"');
  expect((await ask('/', { ...fetched, 'sec-fetch-site': 'same-origin' })).status).toBe(401);
  expect((await ask('/assets/app-1.js', fetched)).status).toBe(401);
});

test('the words of a refusal follow the language of the browser', async () => {
  expect((await ask('/', { 'accept-language': 'ja,en;q=0.5' })).body).toContain('このマシン');
  expect((await ask('/')).body).toContain('prints a new link');
});

test('a foreign host name is refused before the cookie is looked at', async () => {
  const headers = { cookie: await cookie() };
  expect((await ask('/', { ...headers, host: `evil.example:${server.port}` })).status).toBe(421);
  expect((await ask('/', { ...headers, host: '127.0.0.1:1' })).status).toBe(421);
  expect((await ask('/', { ...headers, host: `localhost:${server.port}` })).status).toBe(200);
});

test('a foreign origin is refused', async () => {
  const headers = { cookie: await cookie() };
  expect((await ask('/', { ...headers, origin: 'http://evil.example' })).status).toBe(403);
  expect((await ask('/', { ...headers, origin: 'null' })).status).toBe(403);
  expect((await ask('/', { ...headers, origin: 'http://127.0.0.1:1' })).status).toBe(403);
  expect((await ask('/', { ...headers, origin: origin() })).status).toBe(200);
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets\\..\\..\\secret.txt',
  '//secret.txt',
  '/__proto__',
  '/constructor',
])('the path %s leads to no file', async (where) => {
  const answer = await ask(where, { cookie: await cookie() });
  expect([400, 404]).toContain(answer.status);
  expect(answer.body).not.toContain('secret');
});

test('nothing but reading is answered, and no body is read', async () => {
  const headers = { cookie: await cookie() };
  expect((await ask('/', headers, 'DELETE')).status).toBe(405);
  expect((await ask('/', headers, 'POST', 'x'.repeat(100_000))).status).toBe(405);
  expect((await ask('/', { ...headers, 'content-length': '5' }, 'GET', 'hello')).status).toBe(413);
});

test('a program with the key gets a link, others do not', async () => {
  const answer = await ask('/link', { authorization: 'Bearer the-key' }, 'POST');
  const { link } = JSON.parse(answer.body) as { link: string };
  expect((await ask(target(link))).status).toBe(303);
  expect((await ask('/link', { authorization: 'Bearer other' }, 'POST')).status).toBe(401);
  expect((await ask('/link', { cookie: await cookie() }, 'POST')).status).toBe(401);
  expect((await ask('/link', { authorization: 'Bearer the-key', origin: origin() }, 'POST')).status).toBe(403);
});

test('a WebSocket needs the cookie and the page as its origin', async () => {
  const good = { cookie: await cookie(), origin: origin() };
  expect((await upgrade(good)).status).toBe(101);
  expect((await upgrade({ origin: origin() })).status).toBe(401);
  expect((await upgrade({ cookie: good.cookie })).status).toBe(403);
  expect((await upgrade({ ...good, origin: 'http://evil.example' })).status).toBe(403);
  expect((await upgrade({ ...good, host: 'evil.example' })).status).toBe(421);
  expect((await upgrade(good, '/other')).status).toBe(404);
  expect(refused).toEqual(['401 session', '403 origin', '403 origin', '421 host', '404 missing']);
});

test('a program with the key may use the contract without a page', async () => {
  const { status, socket } = await upgrade({ authorization: 'Bearer the-key' });
  expect(status).toBe(101);
  expect(await client(socket).app.echo({ text: 'hello' })).toBe('hello');
  expect((await upgrade({ authorization: 'Bearer the-key', origin: 'http://evil.example' })).status).toBe(403);
});

test.each([
  'toString',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '__proto__/toString',
  'app/constructor',
  'app',
  '',
  'app/~orpc',
])('the procedure name %j reaches nothing', async (name) => {
  const { socket } = await upgrade({ cookie: await cookie(), origin: origin() });
  const { promise, resolve } = Promise.withResolvers<unknown>();
  socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8'))));
  socket.send(JSON.stringify({ i: '1', p: { u: `/${name}`, b: { json: {} } } }));
  expect(await promise).toMatchObject({ i: '1', p: { s: 404 } });
});

test('input that does not fit the contract is refused before the handler', async () => {
  const { socket } = await upgrade({ cookie: await cookie(), origin: origin() });
  const { promise, resolve } = Promise.withResolvers<unknown>();
  socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8'))));
  socket.send(JSON.stringify({ i: '1', p: { u: '/app/echo', b: { json: { text: 1 } } } }));
  expect(await promise).toMatchObject({ p: { s: 400, b: { json: { code: 'BAD_REQUEST' } } } });
});

test('a page may not keep more than 128 requests open, and closed ones count no more', async () => {
  const { socket } = await upgrade({ cookie: await cookie(), origin: origin() });
  const { app } = client(socket);
  const streams = await Promise.all(Array.from({ length: 128 }, async () => app.count()));
  await Promise.all(streams.map(async (stream) => stream.next()));
  await expect(app.echo({ text: 'too much' })).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  await Promise.all(streams.map(async (stream) => stream.return()));
  await expect.poll(async () => app.echo({ text: 'again' }).catch(() => '')).toBe('again');
});

test('a message of more than a mebibyte ends the connection, not the server', async () => {
  const { socket } = await upgrade({ cookie: await cookie(), origin: origin() });
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.on('close', resolve);
  socket.send('x'.repeat((1 << 20) + 1));
  expect(await promise).toBe(1009);
  expect((await upgrade({ cookie: await cookie(), origin: origin() })).status).toBe(101);
});

test('a lost page ends its subscriptions', async () => {
  const { socket } = await upgrade({ cookie: await cookie(), origin: origin() });
  const stream = await client(socket).app.count();
  await stream.next();
  socket.terminate();
  await expect.poll(() => ended).toEqual([true]);
});

test('stopping ends open pages and subscriptions at once', async () => {
  const { socket } = await upgrade({ cookie: await cookie(), origin: origin() });
  const stream = await client(socket).app.count();
  await stream.next();
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.on('close', resolve);
  await server.dispose();
  expect(await promise).toBe(1001);
  expect(ended).toEqual([true]);
});
