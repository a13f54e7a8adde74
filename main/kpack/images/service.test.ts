import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageDetail, ImageDraft, ImageRow } from '../../../preload/contract/images.ts';
import type { LiveList } from '../../../preload/contract/live.ts';
import { read, readFile } from '../../../test/fixtures/kpack/read.ts';
import { StandInCluster } from '../../../test/standin/cluster.ts';
import { accessTo } from '../../../test/standin/kubernetes-api.ts';
import { KubernetesClient } from '../../kubernetes/client.ts';
import { BuildRecords } from '../../storage/build-records.ts';
import { openDatabase } from '../../storage/database.ts';
import { Durations } from '../../storage/durations.ts';
import { Collector } from '../builds/collector.ts';
import { Inquiry } from '../builds/inquiry.ts';
import { PodMemory } from '../builds/pod-memory.ts';
import { Recorder } from '../builds/recorder.ts';
import { labels } from '../types.ts';
import { World } from '../world/world.ts';
import { Images } from './service.ts';

const name = { namespace: 'default', name: 'reward-dining' };
const noLogs = { async *watch() {}, tail: () => Promise.resolve([]) };

let cluster: StandInCluster;
let client: KubernetesClient;
let world: World;
let recorder: Recorder;
let collector: Collector;
let images: Images;
let stop: AbortController;

function open(): void {
  client = new KubernetesClient(accessTo(cluster));
  const onFault = (error: unknown) => {
    throw error;
  };
  world = new World({ client, onFault });
  const database = openDatabase(':memory:');
  const [records, durations, pods] = [new BuildRecords(database), new Durations(database), new PodMemory()];
  const inquiry = new Inquiry({ client, world, archive: noLogs, durations });
  recorder = new Recorder({ world, inquiry, pods, archive: noLogs, records, durations, onFault });
  collector = new Collector({ world, logs: { observe: () => undefined, gone: () => undefined }, recorder, pods });
  images = new Images({
    client,
    world,
    recorder,
    pods,
    records,
    inquiry,
    registryAddress: () => Promise.resolve('172.30.255.10:5000'),
    hostAddress: () => Promise.resolve('192.168.11.239'),
  });
  collector.start();
  images.start();
  world.start();
}

/** The rows as soon as they are such. */
async function rows(test: (rows: ImageRow[]) => boolean): Promise<ImageRow[]> {
  let known = new Map<string, ImageRow>();
  for await (const message of images.watch(stop.signal)) {
    known = take(known, message);
    const list = [...known.values()];
    if (test(list)) return list;
  }
  throw new Error('the stream has ended');
}

async function detail(test: (detail: ImageDetail) => boolean): Promise<ImageDetail> {
  for await (const each of images.watchOne(name, stop.signal)) if (test(each)) return each;
  throw new Error('the stream has ended');
}

beforeEach(async () => {
  cluster = new StandInCluster();
  await cluster.start();
  stop = new AbortController();
  cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
  cluster.put(read('story/1-config', 'clusterbuilder'));
  open();
});

afterEach(async () => {
  stop.abort();
  collector.dispose();
  images.dispose();
  world.dispose();
  await recorder.dispose();
  await client.dispose();
  await cluster.stop();
});

describe('the table', () => {
  it('joins image, build and pod, and follows them', async () => {
    cluster.put(readFile<'image'>('phases/07-build-running.image.yaml'));
    cluster.put(readFile<'build'>('phases/07-build-running.build.yaml'));
    cluster.put(readFile<'pod'>('phases/07-build-running.pod.yaml'));
    const [running] = await rows(([row]) => row?.running?.step === 'build');
    expect(running).toMatchObject({ name: 'reward-dining', health: 'building', reasons: ['COMMIT'] });
    for (const kind of ['image', 'build', 'pod'] as const) cluster.put(read('story/2-commit', kind));
    const [done] = await rows(([row]) => row?.health === 'ready' && row.running === null);
    expect(done?.latestImage).toMatch(/^172\.30\.20\.11:5000\/apps\/reward-dining@sha256:/);
  });

  it('drops an image that is deleted', async () => {
    cluster.put(read('story/2-commit', 'image'));
    await rows((list) => list.length === 1);
    cluster.remove(read('story/2-commit', 'image'));
    expect(await rows((list) => list.length === 0)).toEqual([]);
  });
});

describe('one image', () => {
  it('has its YAML and the equal command', async () => {
    cluster.put(read('story/2-commit', 'image'));
    const found = await detail(() => true);
    expect(found).toMatchObject({
      serviceAccount: 'default',
      cache: '2G',
      env: [
        { name: 'LAB_LOG_LINES', value: '120' },
        { name: 'LAB_LINE_DELAY', value: '0.03' },
      ],
    });
    expect(found.yaml).toMatch(/^apiVersion: kpack\.io\/v1alpha2\nkind: Image\n/);
    expect(found.yaml).not.toMatch(/status:|uid:/);
    expect(found.command).toContain('--env LAB_LOG_LINES=120 \\\n');
  });

  it('has the verdict on its failed build', async () => {
    const image = read('failures/branch', 'image');
    cluster.put({ ...image, metadata: { ...image.metadata, name: 'reward-dining' } });
    const build = read('failures/branch', 'build');
    cluster.put({
      ...build,
      metadata: { ...build.metadata, labels: { ...build.metadata.labels, [labels.image]: 'reward-dining' } },
    });
    const found = await detail((each) => each.verdict !== null);
    expect(found.verdict?.headline).toMatchObject({
      key: 'explain.revision_missing',
      params: { revision: 'nosuchbranch' },
    });
  });

  it('ends with NOT_FOUND when it is deleted', async () => {
    cluster.put(read('story/2-commit', 'image'));
    const stream = images.watchOne(name, stop.signal)[Symbol.asyncIterator]();
    await stream.next();
    cluster.remove(read('story/2-commit', 'image'));
    await expect(stream.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a new image', () => {
  const draft: ImageDraft = {
    namespace: 'default',
    name: 'web',
    gitUrl: 'git@git.example:team/web.git',
    revision: 'main',
    subPath: '',
    builder: { kind: 'ClusterBuilder', name: 'lab' },
    tag: '172.30.255.10:5000/apps/web',
    env: [],
  };

  it('has proposals', async () => {
    await rows(() => world.buildersKnown);
    expect(await images.defaults()).toEqual({
      namespaces: ['default'],
      tagPrefix: '172.30.255.10:5000/apps/',
      builders: [
        {
          kind: 'ClusterBuilder',
          name: 'lab',
          ready: true,
          stack: 'io.buildpacks.stacks.lab',
          buildpacks: ['lab/httpd@1.0.0', 'lab/site@1.0.0', 'lab/procfile@1.0.0', 'lab/web@1.0.0'],
        },
      ],
    });
  });

  it('is created as its YAML says', async () => {
    expect(await images.create(draft)).toEqual({ namespace: 'default', name: 'web' });
    expect(
      cluster.get({ apiVersion: 'kpack.io/v1alpha2', kind: 'Image', metadata: { namespace: 'default', name: 'web' } }),
    ).toMatchObject({
      spec: {
        tag: '172.30.255.10:5000/apps/web',
        builder: { kind: 'ClusterBuilder', name: 'lab' },
        source: { git: { url: draft.gitUrl, revision: 'main' } },
      },
    });
  });

  it('is refused with its first bad field', async () => {
    await expect(images.create({ ...draft, name: 'Web' })).rejects.toMatchObject({
      code: 'INVALID',
      refusal: { field: 'name', fixes: [{ params: { value: 'web' } }] },
    });
  });

  it('is refused with what the webhook says', async () => {
    cluster.admit = () => ({
      code: 400,
      reason: 'BadRequest',
      message:
        'admission webhook "validation.webhook.kpack.io" denied the request: validation failed: invalid value: x: spec.tag',
    });
    await expect(images.create(draft)).rejects.toMatchObject({ code: 'INVALID', refusal: { field: 'tag' } });
  });
});

describe('build again', () => {
  it('annotates the newest Build and tells the name of the next', async () => {
    for (const kind of ['image', 'build'] as const) cluster.put(read('story/2-commit', kind));
    cluster.put(read('story/1-config', 'build'));
    await rows(([row]) => row?.trend.length === 2);
    const asked = images.build(name);
    const next = read('story/3-stack', 'build');
    cluster.admit = (method, path) => {
      if (method === 'PATCH' && path.endsWith('reward-dining-build-2')) cluster.put(next);
      return null;
    };
    expect(await asked).toEqual({ build: 'reward-dining-build-3' });
    expect(cluster.get(read('story/2-commit', 'build'))?.metadata.annotations?.[labels.buildNeeded]).toMatch(/^\d{4}-/);
  });

  it('says what a first build waits for', async () => {
    const image = read('story/1-config', 'image');
    const status = { conditions: [{ type: 'Ready', status: 'Unknown' as const, reason: 'ResolverNotReady' }] };
    const waiting: typeof image = { ...image, status };
    cluster.put(waiting);
    await rows((list) => list.length === 1);
    await expect(images.build(name)).rejects.toMatchObject({
      code: 'CONFLICT',
      refusal: { cause: { key: 'explain.waits_for_source' } },
    });
  });

  it('makes kpack look again at a repository that it has given up', async () => {
    const resolver = read('stalled', 'sourceresolver');
    const owned = {
      ...resolver,
      metadata: { ...resolver.metadata, ownerReferences: [{ kind: 'Image', name: 'reward-dining', uid: 'x' }] },
    };
    for (const kind of ['image', 'build'] as const) cluster.put(read('story/2-commit', kind));
    cluster.put(readFile<'build'>('phases/07-build-running.build.yaml'));
    cluster.put(owned);
    await rows(([row]) => row?.running !== null && world.source('default', 'reward-dining') !== null);
    await images.build(name);
    expect(cluster.get(owned)?.metadata.annotations).toHaveProperty(['kpack-desktop.io/looked-again']);
  });
});

it('tells what goes with an image and what stays', async () => {
  for (const kind of ['image', 'build', 'pod'] as const) cluster.put(read('story/2-commit', kind));
  const { promise, resolve } = Promise.withResolvers<undefined>();
  recorder.subscribe(() => resolve(undefined));
  await promise;
  expect(await images.removal(name)).toEqual({
    builds: 1,
    logs: 1,
    tags: ['172.30.20.11:5000/apps/reward-dining', '172.30.20.11:5000/apps/reward-dining:b2.20261120.213517'],
    cache: '2G',
  });
  await images.remove(name);
  expect(cluster.get(read('story/2-commit', 'image'))).toBeUndefined();
});

function take(known: Map<string, ImageRow>, message: LiveList<ImageRow>): Map<string, ImageRow> {
  if (message.type === 'snapshot') return new Map(message.rows.map((row) => [row.uid, row]));
  const next = new Map(known);
  for (const uid of message.removes) next.delete(uid);
  for (const row of message.upserts) next.set(row.uid, row);
  return next;
}
