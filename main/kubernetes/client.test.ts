import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accessTo, refuse } from '../../test/standin/kubernetes-api.ts';
import { applyYaml, ManifestError, readManifest } from './apply.ts';
import { KubernetesClient } from './client.ts';
import { kubeconfigText } from './kubeconfig-file.ts';
import { kinds } from './resources.ts';

interface Seen {
  method: string;
  url: string;
  type: string | undefined;
  auth: string | undefined;
  body: unknown;
}

let server: Server;
let address: string;
let client: KubernetesClient;
let seen: Seen[];
let answer: Parameters<typeof createServer>[1];

beforeEach(async () => {
  seen = [];
  answer = (_, response) => response.end('{}');
  server = createServer((request, response) => {
    void record(request).then(() => answer?.(request, response as never));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new KubernetesClient({ ...accessTo({ address }), token: 'secret' });
});

afterEach(async () => {
  await client.dispose();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function record(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { 'content-type': type, authorization: auth } = request.headers;
  const body: unknown = text === '' ? null : JSON.parse(text);
  seen.push({ method: request.method ?? '', url: request.url ?? '', type, auth, body });
}

describe('a request', () => {
  const where = { namespace: 'team', name: 'web' };
  const image = { apiVersion: 'kpack.io/v1alpha2', kind: 'Image', metadata: where };
  const path = '/apis/kpack.io/v1alpha2/namespaces/team/images';

  test.each([
    ['get', () => client.get(kinds.image, where), 'GET', `${path}/web`],
    [
      'list',
      () => client.list(kinds.pod, { labelSelector: 'a=b', limit: 5 }),
      'GET',
      '/api/v1/pods?labelSelector=a%3Db&limit=5',
    ],
    [
      'create',
      () => client.create(kinds.image, image, { dryRun: true }),
      'POST',
      `${path}?fieldManager=kpack-desktop&dryRun=All`,
    ],
    ['apply', () => client.apply(kinds.image, image), 'PATCH', `${path}/web?fieldManager=kpack-desktop&force=true`],
    [
      'apply with care',
      () => client.apply(kinds.image, image, { force: false }),
      'PATCH',
      `${path}/web?fieldManager=kpack-desktop&force=false`,
    ],
    [
      'patch',
      () => client.mergePatch(kinds.image, { ...where, subresource: 'status' }, {}),
      'PATCH',
      `${path}/web/status?fieldManager=kpack-desktop`,
    ],
    ['delete', () => client.delete(kinds.image, where, { uid: 'u' }), 'DELETE', `${path}/web`],
  ])('to %s goes to the right place', async (_, send, method, url) => {
    await send();
    expect(seen[0]).toMatchObject({ method, url, auth: 'Bearer secret' });
  });

  test('to patch says of which kind the patch is', async () => {
    await client.mergePatch(kinds.image, where, {});
    await client.jsonPatch(kinds.image, where, [{ op: 'add', path: '/a', value: 1 }]);
    await client.apply(kinds.image, image);
    expect(seen.map(({ type }) => type)).toEqual([
      'application/merge-patch+json',
      'application/json-patch+json',
      'application/apply-patch+yaml',
    ]);
  });

  test('to delete what is not there is no error', async () => {
    answer = refuse(404, 'NotFound', 'images.kpack.io "web" not found');
    expect(await client.delete(kinds.image, where)).toBe(false);
    expect(await client.find(kinds.image, where)).toBeNull();
  });

  test('is broken off by its signal with the signal’s reason', async () => {
    answer = () => undefined;
    const reason = new Error('enough');
    const stop = new AbortController();
    const sent = client.get(kinds.image, where, { signal: stop.signal });
    stop.abort(reason);
    await expect(sent).rejects.toBe(reason);
  });

  test('that takes too long is an unreachable server', async () => {
    answer = () => undefined;
    await expect(client.get(kinds.image, where, { timeoutMs: 20 })).rejects.toMatchObject({ kind: 'unreachable' });
    expect(await client.ready(AbortSignal.timeout(20))).toBe(false);
  });
});

describe('a refusal', () => {
  const denied =
    'admission webhook "validation.webhook.kpack.io" denied the request: validation failed: invalid value: x: spec.tag';
  const webhookDown =
    'Internal error occurred: failed calling webhook "defaults.webhook.kpack.io": failed to call webhook: Post "https://kpack-webhook.kpack.svc:443/defaults?timeout=10s": dial tcp 10.96.75.232:443: connect: connection refused';

  test.each([
    [400, 'BadRequest', denied, 'denied-by-webhook'],
    [500, 'InternalError', webhookDown, 'webhook-unavailable'],
    [401, 'Unauthorized', 'Unauthorized', 'unauthorized'],
    [403, 'Forbidden', 'images.kpack.io is forbidden', 'forbidden'],
    [409, 'AlreadyExists', 'images.kpack.io "web" already exists', 'already-exists'],
    [409, 'Conflict', 'the object has been modified', 'conflict'],
    [422, 'Invalid', 'is invalid', 'invalid'],
    [410, 'Expired', 'too old resource version', 'expired'],
    [429, 'TooManyRequests', 'slow down', 'throttled'],
    [503, 'ServiceUnavailable', 'not ready', 'unavailable'],
  ])('%i %s is told apart', async (status, reason, message, kind) => {
    answer = refuse(status, reason, message);
    await expect(client.get(kinds.image, { name: 'web' })).rejects.toMatchObject({ status, reason, message, kind });
  });

  test('for an object that is missing differs from that of a kind that is', async () => {
    const details = { name: 'web', kind: 'images' };
    answer = (_, response) => {
      response.writeHead(404);
      response.end(JSON.stringify({ kind: 'Status', code: 404, reason: 'NotFound', message: 'not found', details }));
    };
    await expect(client.get(kinds.image, { name: 'web' })).rejects.toMatchObject({ kind: 'not-found', details });
    answer = (_, response) => {
      response.writeHead(404);
      response.end('404 page not found');
    };
    await expect(client.get(kinds.image, { name: 'web' })).rejects.toMatchObject({ kind: 'absent' });
  });

  test('may say how long to wait', async () => {
    answer = refuse(429, 'TooManyRequests', 'slow down', { 'retry-after': '7' });
    await expect(client.stream('/x', new AbortController().signal)).rejects.toMatchObject({ retryAfterMs: 7000 });
  });

  test('by a server that is not there names it', async () => {
    const nobody = new KubernetesClient(accessTo({ address: 'http://127.0.0.1:9' }));
    const refused = { kind: 'unreachable', status: 0, reason: 'ECONNREFUSED' };
    await expect(nobody.get(kinds.node, { name: 'x' })).rejects.toMatchObject(refused);
    await nobody.dispose();
  });
});

test('a stream that breaks while it is read is an unreachable server', async () => {
  answer = (_, response) => {
    response.write('half', () => response.destroy());
  };
  const { body } = await client.stream('/x', new AbortController().signal);
  const read = async () => {
    const chunks: string[] = [];
    for await (const chunk of body) chunks.push(chunk.toString());
    return chunks;
  };
  await expect(read()).rejects.toMatchObject({ kind: 'unreachable', reason: 'UND_ERR_SOCKET' });
});

test('a kubeconfig that was written anew is used from the next refresh on', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'client-'));
  const file = path.join(folder, 'config');
  await writeFile(file, kubeconfigText({ ...accessTo({ address }), token: 'old' }));
  const own = await KubernetesClient.fromFile(file);
  expect(await own.refresh()).toBe(false);
  await writeFile(file, kubeconfigText({ ...accessTo({ address }), token: 'newer' }));
  expect(await own.refresh()).toBe(true);
  await own.get(kinds.node, { name: 'x' });
  expect(seen[0]?.auth).toBe('Bearer newer');
  await writeFile(file, 'broken: [');
  expect(await own.refresh()).toBe(false);
  expect(own.access.token).toBe('newer');
  await own.dispose();
  await rm(folder, { recursive: true });
});

describe('applying YAML', () => {
  const yaml = `
# a comment
---
apiVersion: v1
kind: Namespace
metadata: {name: team}
---
---
apiVersion: v1
kind: List
items:
- {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 5}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}
`;

  test('sends every object in its order to where its kind lives', async () => {
    answer = (request, response) => {
      const resources = [{ name: 'priorityclasses', kind: 'PriorityClass', namespaced: false }];
      response.end(JSON.stringify(request.url === '/apis/scheduling.k8s.io/v1' ? { resources } : {}));
    };
    const told: number[] = [];
    await applyYaml(client, yaml, { onApplied: (_, done) => told.push(done) });
    expect(seen.map(({ url }) => url.replace(/\?.*/, ''))).toEqual([
      '/api/v1/namespaces/team',
      '/apis/scheduling.k8s.io/v1',
      '/apis/scheduling.k8s.io/v1/priorityclasses/high',
      '/api/v1/namespaces/default/configmaps/settings',
    ]);
    expect(told).toEqual([1, 2, 3]);
  });

  test('of a kind that the server does not know is told as kubectl tells it', async () => {
    const unknown = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n';
    const message = 'no matches for kind "Thing" in version "example.com/v1"';
    await expect(applyYaml(client, unknown)).rejects.toMatchObject({ kind: 'absent', message });
  });

  test.each(['kind: [', 'just words', 'apiVersion: v1\nkind: Pod\n'])('that is no object (%s) is refused', (text) => {
    expect(() => readManifest(text)).toThrow(ManifestError);
  });
});
