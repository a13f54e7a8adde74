import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StandInContainer } from '../../test/standin/container.ts';
import { lines } from '../../test/standin/followed.ts';
import { accessTo } from '../../test/standin/kubernetes-api.ts';
import { PodServer } from '../../test/standin/pod-server.ts';
import { KubernetesClient } from '../kubernetes/client.ts';
import { LogArchive } from './archive.ts';
import { BuildLogs, type ObservedPod } from './follower.ts';

const startedAt = Date.parse('2026-11-20T21:33:30Z');
const name = { namespace: 'default', build: 'web-build-1', uid: 'uid-1' };
const timing = { afterCleanEnd: 0, backoff: [1] };

let root: string;
let prepare: StandInContainer;
let build: StandInContainer;
let server: PodServer;
let client: KubernetesClient;
let archive: LogArchive;
let logs: BuildLogs;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'follower-'));
  prepare = new StandInContainer(startedAt);
  build = new StandInContainer(startedAt);
  server = new PodServer(
    new Map([
      ['prepare', prepare],
      ['build', build],
    ]),
  );
  await server.start();
  client = new KubernetesClient(accessTo(server));
  restart();
});

afterEach(async () => {
  await logs.dispose();
  await client.dispose();
  await server.stop();
  await rm(root, { recursive: true });
});

/** A new process on the same archive. */
function restart(): void {
  archive = new LogArchive(root, 1);
  logs = new BuildLogs({ client, archive, timing });
}

function pod(states: { prepare: Step; build: Step }, more: Partial<ObservedPod> = {}): ObservedPod {
  const names = { namespace: 'default', name: 'web-pod', build: 'web-build-1', buildUid: 'uid-1', node: 'node' };
  const steps = [
    { name: 'prepare', state: states.prepare, startedAt },
    { name: 'build', state: states.build, startedAt },
  ];
  return { uid: 'pod-1', ...names, phase: 'Pending', steps, ...more };
}
type Step = ObservedPod['steps'][number]['state'];

async function archived(step: string): Promise<string> {
  const texts: string[] = [];
  for await (const { text } of archive.text({ ...name, step, times: true, colours: true })) texts.push(text);
  return texts.join('');
}

async function until(test: (steps: Map<string, number>) => boolean): Promise<void> {
  for await (const { steps } of archive.watch(name)) {
    if (test(new Map(steps.map(({ step, lines: count }) => [step, count])))) return;
  }
}

test('each container is followed from the moment it has left Waiting, once', async () => {
  prepare.print(...lines(5));
  logs.observe(pod({ prepare: 'running', build: 'waiting' }));
  logs.observe(pod({ prepare: 'running', build: 'waiting' }));
  await until((steps) => steps.get('prepare') === 5);
  expect((await archive.steps(name)).map(({ step }) => step)).toEqual(['prepare']);
  prepare.end();
  logs.observe(pod({ prepare: 'terminated', build: 'running' }));
  build.print(...lines(500));
  await until((steps) => steps.get('build') === 500);
  build.end();
  await logs.idle();
  expect(await archived('prepare')).toBe(prepare.printed);
  expect(await archived('build')).toBe(build.printed);
  expect((await archive.steps(name)).every(({ complete }) => complete)).toBe(true);
});

test('an ended build is fetched when it is first seen, with the files that were put aside, and never again', async () => {
  build.print(...lines(50));
  build.rotate();
  build.pass(1500);
  build.print(...lines(50, 'aside'));
  build.rotate();
  build.print(...lines(50, 'newest'));
  prepare.end();
  build.end();
  const ended = pod({ prepare: 'terminated', build: 'terminated' }, { phase: 'Succeeded' });
  logs.observe(ended);
  await logs.idle();
  expect(await archived('build')).toBe(build.printed);
  await logs.dispose();
  restart();
  await logs.idle();
  const before = server.requests.length;
  logs.observe(ended);
  await logs.idle();
  expect(server.requests.length).toBe(before);
});

test('another process goes on where one was killed', async () => {
  build.print(...lines(100));
  logs.observe(pod({ prepare: 'waiting', build: 'running' }));
  await until((steps) => steps.get('build') === 100);
  await logs.dispose();
  build.print(...lines(100, 'meanwhile'));
  restart();
  logs.observe(pod({ prepare: 'waiting', build: 'running' }));
  build.end();
  await logs.idle();
  expect(await archived('build')).toBe(build.printed);
});

test('logs of pods that went while no process looked are closed with a mark', async () => {
  build.print(...lines(10));
  logs.observe(pod({ prepare: 'waiting', build: 'running' }));
  await until((steps) => steps.get('build') === 10);
  await logs.dispose();
  restart();
  await logs.idle();
  expect((await archive.steps(name))[0]?.complete).toBe(false);
  await logs.dispose();
  server.uid = 'another';
  restart();
  await logs.idle();
  expect((await archive.steps(name))[0]).toMatchObject({ complete: true, gaps: [10] });
  expect(await readdir(path.join(root, '.unfinished'))).toEqual([]);
});

test('another pod of the same name is not read for the one that is gone', async () => {
  build.print(...lines(10));
  logs.observe(pod({ prepare: 'waiting', build: 'running' }));
  await until((steps) => steps.get('build') === 10);
  server.uid = 'pod-2';
  build.print('of the second pod');
  build.disconnect();
  await logs.idle();
  logs.gone('pod-1');
  logs.observe(pod({ prepare: 'waiting', build: 'running' }, { uid: 'pod-2' }));
  build.end();
  await logs.idle();
  const steps = await archive.steps(name);
  expect(steps.map(({ step, complete }) => [step, complete])).toEqual([
    ['build', true],
    ['build-2', true],
  ]);
  expect(await archived('build-2')).toBe(build.printed);
});

test('pods that belong to no build are left alone', async () => {
  logs.observe(pod({ prepare: 'running', build: 'waiting' }, { buildUid: '' }));
  await logs.idle();
  expect(server.requests).toEqual([]);
});
