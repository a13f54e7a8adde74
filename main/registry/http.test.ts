import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { answerError, Http, isLocalHost, readAll, retryAfter } from './http.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port ?? 0}` : '';
}

function client(options: ConstructorParameters<typeof Http>[0] = {}): Http {
  const http = new Http(options);
  closers.push(() => http.dispose());
  return http;
}

test('plain http is for this machine and private addresses only', () => {
  const local = [
    'localhost',
    'a.localhost',
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.1.1',
    '[::1]',
  ];
  expect(local.filter((host) => !isLocalHost(host))).toEqual([]);
  const others = [
    'example.com',
    '172.32.0.1',
    '11.0.0.1',
    '192.169.0.1',
    'localhost.example.com',
    'registry.local',
    '127.0.0.1.nip.io',
  ];
  expect(others.filter(isLocalHost)).toEqual([]);
});

test('an unencrypted address elsewhere is refused without connecting', async () => {
  await expect(client().send({ method: 'GET', url: 'http://example.com/' })).rejects.toMatchObject({
    kind: 'other',
    status: 0,
  });
});

test('a redirect to an unencrypted address elsewhere is refused', async () => {
  const url = await serve((_request, response) => response.writeHead(302, { location: 'http://example.com/' }).end());
  await expect(client().send({ method: 'GET', url })).rejects.toMatchObject({
    kind: 'other',
    url: 'http://example.com/',
  });
});

test('redirects without an end are given up', async () => {
  const url = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
  await expect(client().send({ method: 'GET', url })).rejects.toThrow('Too many redirects');
});

test('the account stays on a redirect within the host and is dropped on one to another', async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end('there');
  });
  const url = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(307, { location: request.url === '/' ? '/second' : other }).end();
  });
  const response = await client().send({ method: 'GET', url: `${url}/`, headers: { authorization: 'Basic x' } });
  expect(await text(response.body)).toBe('there');
  expect(seen).toEqual(['Basic x', 'Basic x', undefined]);
});

test('a connection that breaks inside of the body ends the stream with a typed error', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  });
  const response = await client().send({ method: 'GET', url });
  await expect(text(response.body)).rejects.toMatchObject({ name: 'RegistryError', kind: 'unreachable' });
});

test('a server that says nothing for too long counts as unreachable', async () => {
  const url = await serve(() => undefined);
  await expect(client({ silenceMs: 50 }).send({ method: 'GET', url })).rejects.toMatchObject({ kind: 'unreachable' });
});

test('cancelling throws the reason itself', async () => {
  const url = await serve(() => undefined);
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const sent = client().send({ method: 'GET', url, signal: cancel.signal });
  cancel.abort(reason);
  await expect(sent).rejects.toBe(reason);
});

test('talking https to a server that does not speak it is a tls error', async () => {
  const url = await serve((_request, response) => response.end());
  const sent = client().send({ method: 'GET', url: url.replace('http:', 'https:') });
  await expect(sent).rejects.toMatchObject({ kind: 'tls' });
});

test('an unknown host is unreachable', async () => {
  await expect(
    client({ endpoints: { 'a.example': 'https://no-such-host.invalid' } }).send({
      method: 'GET',
      url: 'https://a.example/',
    }),
  ).rejects.toMatchObject({ kind: 'unreachable' });
});

test.each([
  [401, 'unauthorized'],
  [403, 'unauthorized'],
  [404, 'not-found'],
  [429, 'rate-limited'],
  [500, 'other'],
])('answer %i is %s, with the words of the server and no query in its address', async (status, kind) => {
  const body = JSON.stringify({ errors: [{ code: 'X', message: 'the server says so' }] });
  const url = await serve((_request, response) => response.writeHead(status, { 'retry-after': '3' }).end(body));
  const response = await client().send({ method: 'GET', url: `${url}/path?secret=1` });
  const error = await answerError(response, `${url}/path?secret=1`);
  expect(error).toMatchObject({ kind, status, retryAfterMs: 3000, url: `${url}/path` });
  expect(error.message).toContain('the server says so');
});

test('Retry-After is read as seconds or as a date', () => {
  const now = Date.parse('2026-11-01T10:00:00Z');
  expect(retryAfter({ 'retry-after': '120' }, now)).toBe(120_000);
  expect(retryAfter({ 'retry-after': 'Sun, 01 Nov 2026 10:00:30 GMT' }, now)).toBe(30_000);
  expect(retryAfter({ 'retry-after': 'Sun, 01 Nov 2026 09:00:00 GMT' }, now)).toBe(0);
  expect(retryAfter({ 'retry-after': 'soon' }, now)).toBeNull();
  expect(retryAfter({}, now)).toBeNull();
});

test('an answer that is too long is not read to its end', async () => {
  const url = await serve((_request, response) => response.end('x'.repeat(2000)));
  const response = await client().send({ method: 'GET', url });
  await expect(readAll(response.body, 1000)).rejects.toThrow('longer than 1000');
});
