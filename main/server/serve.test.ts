import { os } from '@orpc/server';
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Paths } from '../storage/paths.ts';
import { connectTo, readNote } from './running.ts';
import { serve, type Served, type ServeOptions } from './serve.ts';

const router = { app: { info: os.handler(() => ({ version: '1', host: 'server', dataFolder: '/' })) } };

let options: ServeOptions;
let backends: number;
let running: Served[];

beforeEach(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'serve-'));
  await mkdir(path.join(folder, 'page'));
  await writeFile(path.join(folder, 'page/index.html'), '');
  backends = 0;
  running = [];
  options = {
    paths: new Paths(path.join(folder, 'data')),
    page: path.join(folder, 'page'),
    port: 0,
    createBackend: async () => {
      backends += 1;
      return Promise.resolve({ router, dispose: async () => Promise.resolve() });
    },
    onRefused: () => undefined,
  };
});

afterEach(async () => {
  for (const served of running) if (served.state === 'serving') await served.dispose();
});

async function start(): Promise<Served> {
  const served = await serve(options);
  running.push(served);
  return served;
}

function portOf(served: Served): number {
  return served.state === 'serving' ? served.server.port : 0;
}

test('the second start finds the first: a fresh link to it, and no second backend', async () => {
  const first = await start();
  const second = await start();
  expect(first.state).toBe('serving');
  expect(second.state).toBe('found');
  expect(backends).toBe(1);
  const link = second.state === 'found' ? second.link : '';
  expect(link).toContain(`http://127.0.0.1:${portOf(first)}/?link=`);
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
});

test('each second start gets a link of its own', async () => {
  await start();
  const [a, b] = [await start(), await start()];
  expect(a).not.toEqual(b);
});

test('two starts at once: one serves, the other waits until it can be found', async () => {
  const states = (await Promise.all([start(), start()])).map((served) => served.state);
  expect(states.sort()).toEqual(['found', 'serving']);
});

test('after the end of the first the next one serves', async () => {
  const first = await start();
  if (first.state === 'serving') await first.dispose();
  expect((await start()).state).toBe('serving');
});

test('the key is for the user alone', async () => {
  await start();
  const { mode } = await stat(path.join(options.paths.root, 'server.json'));
  expect(mode & 0o777).toBe(0o600);
  expect((await stat(options.paths.root)).mode & 0o777).toBe(0o700);
});

test('the note of a killed server is not believed', async () => {
  await start();
  const note = JSON.parse(await readFile(path.join(options.paths.root, 'server.json'), 'utf8')) as { pid: number };
  expect(await readNote(options.paths.root, note.pid)).not.toBeNull();
  expect(await readNote(options.paths.root, note.pid + 1)).toBeNull();
});

test('a program with the note talks to the backend of the server', async () => {
  await start();
  const note = await readNote(options.paths.root, process.pid);
  if (note === null) throw new Error('no note');
  const { client, dispose } = await connectTo(note);
  expect(await client.app.info()).toMatchObject({ version: '1' });
  dispose();
});

test('without a built page nothing is started and the data folder stays free', async () => {
  await expect(serve({ ...options, page: path.join(options.page, 'none') })).rejects.toThrow('ENOENT');
  expect(backends).toBe(0);
  expect((await start()).state).toBe('serving');
});

test('a port that is taken is an error that names it', async () => {
  const first = await start();
  const paths = new Paths(`${options.paths.root}-2`);
  await expect(serve({ ...options, paths, port: portOf(first) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
