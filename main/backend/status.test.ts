import { expect, test, vi } from 'vitest';
import { type EngineSearch } from '../docker/engine.ts';
import { DockerError } from '../docker/errors.ts';
import { enginePart, kpackPart, kubernetesPart } from './status-parts.ts';
import { type ClusterGlance, StatusMonitor } from './status.ts';
import { type KubernetesClient } from '../kubernetes/client.ts';
import { KubernetesError } from '../kubernetes/errors.ts';

const candidate = {
  source: 'socket' as const,
  name: 'Docker',
  host: 'unix:///var/run/docker.sock',
  certificates: null,
  chosen: false,
};
const nothing: EngineSearch = { engines: [], failures: [] };

function search(operatingSystem: string): EngineSearch {
  const engine = {
    candidate,
    docker: { containers: { find: async () => Promise.resolve(null) } },
    info: { version: '28.2.2', operatingSystem },
  };
  return { engines: [engine as unknown as EngineSearch['engines'][number]], failures: [] };
}

function fakeClient(answers: Partial<Record<'json' | 'list' | 'ready', unknown>>): KubernetesClient {
  const answer = (name: 'json' | 'list' | 'ready') => async () =>
    answers[name] instanceof Error ? Promise.reject(answers[name]) : Promise.resolve(answers[name]);
  return {
    server: 'https://192.168.1.7:6443',
    json: answer('json'),
    list: answer('list'),
    ready: answer('ready'),
  } as unknown as KubernetesClient;
}

test('an engine is named by what it calls itself', () => {
  expect(enginePart(search('Debian GNU/Linux 12')).label).toEqual({
    key: 'cli.part_engine',
    params: { name: 'Docker', version: '28.2.2' },
  });
  expect(enginePart(search('Docker Desktop')).label.params).toEqual({ name: 'Docker Desktop', version: '28.2.2' });
});

test('no engine is no problem, one that refuses us is', () => {
  expect(enginePart(nothing)).toMatchObject({ state: 'none', problem: null });
  const failures = [{ candidate, error: new DockerError('permission', 'EACCES') }];
  expect(enginePart({ engines: [], failures })).toMatchObject({
    state: 'problem',
    problem: { params: { host: candidate.host } },
  });
});

test('Kubernetes tells its version; silence is a problem that names the address', async () => {
  expect(await kubernetesPart(fakeClient({ json: { gitVersion: 'v1.34.3' }, ready: true }))).toMatchObject({
    state: 'ok',
    label: { params: { version: '1.34.3' } },
  });
  expect(await kubernetesPart(fakeClient({ json: { gitVersion: 'v1.34.3' }, ready: false }))).toMatchObject({
    state: 'starting',
  });
  const silent = new KubernetesError({ kind: 'unreachable', status: 0, reason: 'ECONNREFUSED', message: 'x' });
  expect(await kubernetesPart(fakeClient({ json: silent }))).toMatchObject({
    state: 'problem',
    problem: { key: 'cli.part_kubernetes_silent', params: { address: 'https://192.168.1.7:6443' } },
  });
  expect(await kubernetesPart(null)).toMatchObject({ state: 'none' });
});

test('kpack is there when both of its deployments are', async () => {
  const deployment = (name: string, availableReplicas: number): object => ({
    metadata: { name },
    spec: { replicas: 1, template: { metadata: { labels: { version: '0.17.2' } } } },
    status: { availableReplicas },
  });
  const both = [deployment('kpack-controller', 1), deployment('kpack-webhook', 1)];
  expect(await kpackPart(fakeClient({ list: { items: both } }))).toMatchObject({
    state: 'ok',
    label: { params: { version: '0.17.2' } },
  });
  const one = [deployment('kpack-controller', 1), deployment('kpack-webhook', 0)];
  expect(await kpackPart(fakeClient({ list: { items: one } }))).toMatchObject({
    state: 'starting',
    problem: { params: { name: 'kpack-webhook' } },
  });
  expect(await kpackPart(fakeClient({ list: { items: [] } }))).toMatchObject({ state: 'none' });
});

function monitor(glance: () => ClusterGlance | null, client: KubernetesClient | null = null) {
  let told: () => void = () => undefined;
  const searched = vi.fn(async () => Promise.resolve(nothing));
  const status = new StatusMonitor({
    client: () => client,
    glance,
    subscribe: (listener) => {
      told = listener;
      return () => undefined;
    },
    search: searched,
  });
  return { status, searched, tell: () => told() };
}

test('the machine is looked at only while somebody watches', async () => {
  const { status, searched } = monitor(() => null);
  expect(searched).not.toHaveBeenCalled();
  const stop = new AbortController();
  const stream = status.watch(stop.signal);
  expect((await stream.next()).value).toMatchObject({ ready: false, freshness: { state: 'absent' } });
  stop.abort();
  await stream.next();
  const looks = searched.mock.calls.length;
  status.hurry();
  expect(searched).toHaveBeenCalledTimes(looks);
});

test('a build that starts is told without another look at the machine', async () => {
  const glance: ClusterGlance = { freshness: { state: 'live', since: 1 }, running: [], hasBuilder: true };
  const { status, searched, tell } = monitor(() => glance);
  const stream = status.watch(undefined);
  await stream.next();
  glance.running = [
    {
      namespace: 'default',
      image: 'shop',
      build: 'shop-build-1',
      number: 1,
      step: 'detect',
      startedAt: 1,
      expectedMs: null,
    },
  ];
  tell();
  expect((await stream.next()).value).toMatchObject({ running: [{ image: 'shop' }] });
  expect(searched).toHaveBeenCalledOnce();
  await stream.return(undefined);
});

test('a cluster with a builder is ready; one that does not answer was set up all the same', async () => {
  const answers = fakeClient({ json: { gitVersion: 'v1.34.3' }, ready: true, list: { items: [] } });
  const silent = fakeClient({ json: new Error('silent'), list: new Error('silent') });
  const glance = (hasBuilder: boolean) => (): ClusterGlance => ({
    freshness: { state: 'live', since: 1 },
    running: [],
    hasBuilder,
  });
  const ready = async (client: KubernetesClient | null, hasBuilder: boolean): Promise<boolean | undefined> => {
    const { status } = monitor(glance(hasBuilder), client);
    const stream = status.watch(undefined);
    const { value } = await stream.next();
    await stream.return(undefined);
    return value?.ready;
  };
  expect(await ready(answers, true)).toBe(true);
  expect(await ready(answers, false)).toBe(false);
  expect(await ready(silent, false)).toBe(true);
  expect(await ready(null, false)).toBe(false);
});
