import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Connection } from './connection.ts';
import { followCluster } from './follow-cluster.ts';

/** Services that say which cluster they belong to. */
class FakeServices {
  readonly server: string;
  disposed = false;
  hurried = 0;

  constructor(server: string) {
    this.server = server;
  }

  hurry(): void {
    this.hurried += 1;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    return Promise.resolve();
  }

  async *watch(signal: AbortSignal): AsyncGenerator<string> {
    yield this.server;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    signal.addEventListener('abort', () => resolve(undefined));
    if (!signal.aborted) await promise;
  }
}

let file: string;
let connection: Connection<FakeServices>;
let made: FakeServices[];

function kubeconfig(server: string): string {
  const name = { name: 'kpack-desktop' };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name.name,
    clusters: [{ ...name, cluster: { server } }],
    users: [{ ...name, user: { token: 'secret' } }],
    contexts: [{ ...name, context: { cluster: name.name, user: name.name } }],
  });
}

beforeEach(async () => {
  file = path.join(await mkdtemp(path.join(tmpdir(), 'connection-')), 'kubeconfig');
  made = [];
  connection = new Connection(file, (client) => {
    const services = new FakeServices(client.server);
    made.push(services);
    return services;
  });
});

afterEach(async () => connection.dispose());

test('without a file there is no cluster', async () => {
  await connection.start();
  expect(connection.services).toBeNull();
});

test('a file that appears is a cluster, and subscribers are told', async () => {
  await connection.start();
  let told = 0;
  connection.subscribe(() => (told += 1));
  await writeFile(file, kubeconfig('https://10.0.0.1:6443'));
  await connection.refresh();
  expect(connection.services?.server).toBe('https://10.0.0.1:6443');
  expect(told).toBe(1);
});

test('the same access again keeps the services and hurries them', async () => {
  await writeFile(file, kubeconfig('https://10.0.0.1:6443'));
  await connection.start();
  await writeFile(file, `${kubeconfig('https://10.0.0.1:6443')}\n`);
  await connection.refresh();
  expect(made).toHaveLength(1);
  expect(made[0]).toMatchObject({ disposed: false, hurried: 1 });
});

test('another cluster replaces the services and disposes of the old ones', async () => {
  await writeFile(file, kubeconfig('https://10.0.0.1:6443'));
  await connection.start();
  await writeFile(file, kubeconfig('https://10.0.0.1:6444'));
  await connection.refresh();
  expect(made.map(({ disposed }) => disposed)).toEqual([true, false]);
  expect(connection.services?.server).toBe('https://10.0.0.1:6444');
});

test('a file that goes or breaks takes the cluster away', async () => {
  await writeFile(file, kubeconfig('https://10.0.0.1:6443'));
  await connection.start();
  await writeFile(file, 'no yaml: [');
  await connection.refresh();
  expect(connection.services).toBeNull();
  await rm(file);
  await connection.refresh();
  expect(made[0]?.disposed).toBe(true);
});

test('a change is noticed without being told', async () => {
  await connection.start();
  await writeFile(file, kubeconfig('https://10.0.0.1:6443'));
  await expect.poll(() => connection.services?.server, { timeout: 5000 }).toBe('https://10.0.0.1:6443');
});

test('one stream goes on over clusters that come and go', async () => {
  await connection.start();
  const stop = new AbortController();
  const stream = followCluster(connection, {
    signal: stop.signal,
    absent: () => 'none',
    open: (services, signal) => services.watch(signal),
  });
  const next = async (): Promise<string | undefined> => (await stream.next()).value ?? undefined;
  expect(await next()).toBe('none');
  await writeFile(file, kubeconfig('https://10.0.0.1:6443'));
  await connection.refresh();
  expect(await next()).toBe('https://10.0.0.1:6443');
  await writeFile(file, kubeconfig('https://10.0.0.2:6443'));
  await connection.refresh();
  expect(await next()).toBe('https://10.0.0.2:6443');
  await rm(file);
  await connection.refresh();
  expect(await next()).toBe('none');
  stop.abort();
  expect((await stream.next()).done).toBe(true);
});

test('a stream that ends by itself ends, one that fails fails', async () => {
  await writeFile(file, kubeconfig('https://10.0.0.1:6443'));
  await connection.start();
  const ends = followCluster(connection, {
    signal: undefined,
    absent: () => null,
    open: async function* () {
      yield await Promise.resolve('only');
    },
  });
  expect([(await ends.next()).value, (await ends.next()).done]).toEqual(['only', true]);
  const fails = followCluster(connection, {
    signal: undefined,
    absent: () => null,
    open: async function* () {
      yield await Promise.reject<string>(new Error('gone'));
    },
  });
  await expect(fails.next()).rejects.toThrow('gone');
});
