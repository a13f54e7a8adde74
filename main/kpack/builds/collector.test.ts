import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildDetail, BuildRow } from '../../../preload/contract/builds.ts';
import type { LiveList } from '../../../preload/contract/live.ts';
import { has, read, readFile, readLog } from '../../../test/fixtures/kpack/read.ts';
import { StandInCluster, type Thing } from '../../../test/standin/cluster.ts';
import { accessTo } from '../../../test/standin/kubernetes-api.ts';
import { KubernetesClient } from '../../kubernetes/client.ts';
import { BuildRecords } from '../../storage/build-records.ts';
import { openDatabase } from '../../storage/database.ts';
import { Durations } from '../../storage/durations.ts';
import { World } from '../world/world.ts';
import { Collector } from './collector.ts';
import { Inquiry } from './inquiry.ts';
import { PodMemory } from './pod-memory.ts';
import { Recorder } from './recorder.ts';
import { Builds } from './service.ts';

/** The logs of one capture, all of them whole. */
function archiveOf(folder: string) {
  const steps = ['prepare', 'analyze', 'detect', 'build'].filter((step) => has(`${folder}/${step}.log`));
  const state = (step: string) => ({
    step,
    lines: readLog(folder, step).length,
    bytes: 0,
    complete: true,
    warnings: 0,
    errors: 0,
    gaps: [],
  });
  return {
    async *watch() {
      yield await Promise.resolve({ steps: steps.map(state) });
    },
    tail(_name: unknown, step: string, count: number) {
      return Promise.resolve(
        readLog(folder, step)
          .map(({ number, text }) => ({ index: number - 1, at: '', text, cut: false }))
          .slice(-count),
      );
    },
  };
}

let cluster: StandInCluster;
let client: KubernetesClient;
let world: World;
let records: BuildRecords;
let durations: Durations;
let recorder: Recorder;
let collector: Collector;
let builds: Builds;
let observed: string[];
let faults: unknown[];

function open(folder: string): void {
  client = new KubernetesClient(accessTo(cluster));
  const onFault = (error: unknown) => faults.push(error);
  world = new World({ client, onFault });
  const database = openDatabase(':memory:');
  records = new BuildRecords(database);
  durations = new Durations(database);
  const pods = new PodMemory();
  const archive = archiveOf(folder);
  const inquiry = new Inquiry({ client, world, archive, durations });
  recorder = new Recorder({ world, inquiry, pods, archive, records, durations, onFault });
  const logs = {
    observe: (pod: { name: string }) => observed.push(pod.name),
    gone: (uid: string) => observed.push(`gone ${uid}`),
  };
  collector = new Collector({ world, logs, recorder, pods });
  builds = new Builds({ client, world, records, recorder, inquiry, pods });
  collector.start();
  world.start();
}

function put(folder: string): void {
  for (const kind of ['image', 'build', 'pod'] as const)
    if (has(`${folder}/${kind}.yaml`)) cluster.put(read(folder, kind));
}

/** The record of a build, as soon as it is written. */
async function recorded(uid: string): Promise<BuildDetail> {
  const { promise, resolve } = Promise.withResolvers<BuildRow>();
  const end = recorder.subscribe((row) => {
    if (row.uid === uid) resolve(row);
  });
  if (!records.get(uid)) await promise;
  end();
  const record = records.get(uid);
  if (!record) throw new Error('not recorded');
  return record.detail;
}

beforeEach(async () => {
  cluster = new StandInCluster();
  await cluster.start();
  observed = [];
  faults = [];
});

afterEach(async () => {
  collector.dispose();
  builds.dispose();
  world.dispose();
  await recorder.dispose();
  await client.dispose();
  await cluster.stop();
  expect(faults).toEqual([]);
});

describe('every build that ends is recorded, whether or not anyone looks', () => {
  it('with its verdict and the lines that prove it', async () => {
    put('failures/build');
    open('failures/build');
    const detail = await recorded(read('failures/build', 'build').metadata.uid ?? '');
    expect(detail.row).toMatchObject({
      state: 'failed',
      live: false,
      cause: { params: { words: 'index.html:12: unexpected end of template' } },
    });
    expect(detail.verdict?.evidence).toHaveLength(2);
    expect(observed).toEqual(['fail-build-build-1-build-pod']);
  });

  it('with the truth of a pod that was there before and is gone now', async () => {
    open('failures/oom');
    put('failures/oom');
    const detail = await recorded(read('failures/oom', 'build').metadata.uid ?? '');
    expect(detail.row.cause?.key).toBe('explain.out_of_memory');
  });

  it('with the durations of its steps as the next expectation', async () => {
    put('story/2-commit');
    open('story/2-commit');
    await recorded(read('story/2-commit', 'build').metadata.uid ?? '');
    expect(durations.expected('build', 'default/reward-dining', 'build')).toBe(8000);
  });

  it('as cancelled when the Build itself is deleted while it runs', async () => {
    const build = readFile<'build'>('phases/07-build-running.build.yaml') as Thing;
    const pod = readFile<'pod'>('phases/07-build-running.pod.yaml') as Thing;
    cluster.put(build);
    cluster.put(pod);
    open('story/2-commit');
    const watching = builds.watchOne({ namespace: 'default', name: build.metadata.name })[Symbol.asyncIterator]();
    await watching.next();
    cluster.remove(pod);
    cluster.remove(build);
    const detail = await recorded(build.metadata.uid ?? '');
    expect(detail.row).toMatchObject({ state: 'cancelled', cause: { key: 'explain.build_deleted' } });
    expect(detail.steps.map((step) => step.state)).toEqual([
      'done',
      'done',
      'done',
      'done',
      'skipped',
      'skipped',
      'skipped',
    ]);
  });
});

describe('one build', () => {
  const name = { namespace: 'default', name: 'reward-dining-build-2' };

  it('is sent while it runs, then as it was recorded, and the stream ends', async () => {
    cluster.put(read('story/2-commit', 'image'));
    cluster.put(readFile<'build'>('phases/07-build-running.build.yaml'));
    cluster.put(readFile<'pod'>('phases/07-build-running.pod.yaml'));
    open('story/2-commit');
    const states: string[] = [];
    for await (const detail of builds.watchOne(name)) {
      if (states.at(-1) !== detail.row.state) states.push(detail.row.state);
      if (states.length === 1) put('story/2-commit');
    }
    expect(states).toEqual(['running', 'succeeded']);
  });

  it('reads the same after pod and Build are gone', async () => {
    put('story/2-commit');
    open('story/2-commit');
    const uid = read('story/2-commit', 'build').metadata.uid ?? '';
    const before = await recorded(uid);
    cluster.remove(read('story/2-commit', 'pod'));
    cluster.remove(read('story/2-commit', 'build'));
    const seen: BuildDetail[] = [];
    for await (const detail of builds.watchOne(name)) seen.push(detail);
    expect({ ...seen.at(-1), row: { ...seen.at(-1)?.row, live: false } }).toEqual(before);
  });

  it('that nobody knows is NOT_FOUND', async () => {
    open('story/2-commit');
    await expect(
      builds.watchOne({ namespace: 'default', name: 'nosuch' })[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the builds of an image', () => {
  it('stay in the list when the cluster no longer has them', async () => {
    put('story/1-config');
    put('story/2-commit');
    open('story/2-commit');
    const gone = read('story/1-config', 'build') as Thing;
    await recorded(gone.metadata.uid ?? '');
    const stop = new AbortController();
    const lists: [number, boolean][][] = [];
    let rows = new Map<string, BuildRow>();
    for await (const message of builds.watch({ namespace: 'default', name: 'reward-dining' }, stop.signal)) {
      rows = take(rows, message);
      lists.push([...rows.values()].map((row) => [row.number, row.live]));
      if (lists.length === 1) cluster.remove(gone);
      if ([...rows.values()].some((row) => !row.live)) stop.abort();
    }
    expect(lists[0]).toEqual([
      [2, true],
      [1, true],
    ]);
    expect(new Map(lists.at(-1))).toEqual(
      new Map([
        [2, true],
        [1, false],
      ]),
    );
  });
});

describe('cancel', () => {
  const running = () => readFile<'pod'>('phases/07-build-running.pod.yaml') as Thing;

  it('gives the pod one second', async () => {
    cluster.put(readFile<'build'>('phases/07-build-running.build.yaml'));
    cluster.put(running());
    open('story/2-commit');
    for await (const detail of builds.watchOne({ namespace: 'default', name: 'reward-dining-build-2' }))
      if (detail.row.state === 'running') break;
    await builds.cancel({ namespace: 'default', name: 'reward-dining-build-2' });
    expect(cluster.get(running())).toMatchObject({ spec: { activeDeadlineSeconds: 1 }, status: { phase: 'Pending' } });
  });

  it('marks a pod without a node as failed, since deadlines are kept by nodes', async () => {
    put('unschedulable');
    open('unschedulable');
    const name = { namespace: 'default', name: 'cancel2-build-1' };
    for await (const detail of builds.watchOne(name)) if (detail.row.state === 'waiting') break;
    await builds.cancel(name);
    expect(cluster.get(read('unschedulable', 'pod') as Thing)).toMatchObject({
      status: { phase: 'Failed', reason: 'DeadlineExceeded' },
    });
  });

  it('is a conflict when the build has ended', async () => {
    put('story/2-commit');
    open('story/2-commit');
    await recorded(read('story/2-commit', 'build').metadata.uid ?? '');
    await expect(builds.cancel({ namespace: 'default', name: 'reward-dining-build-2' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

function take(rows: Map<string, BuildRow>, message: LiveList<BuildRow>): Map<string, BuildRow> {
  if (message.type === 'snapshot') return new Map(message.rows.map((row) => [row.uid, row]));
  const next = new Map(rows);
  for (const uid of message.removes) next.delete(uid);
  for (const row of message.upserts) next.set(row.uid, row);
  return next;
}
