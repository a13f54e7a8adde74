import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunState } from '../../../preload/contract/run.ts';
import type { ContainerOptions, ContainerState } from '../../docker/containers.ts';
import { DockerError } from '../../docker/errors.ts';
import { read } from '../../../test/fixtures/kpack/read.ts';
import { imageFact } from '../facts/image.ts';
import type { RunEngine } from './bring-up.ts';
import { Runs } from './service.ts';

const name = { namespace: 'default', name: 'reward-dining' };

/** An engine with the few abilities that running needs. Containers run until they are told to end. */
class StandInEngine implements RunEngine {
  readonly containers_ = new Map<
    string,
    { state: ContainerState; options: ContainerOptions | null; lines: string[]; end: PromiseWithResolvers<undefined> }
  >();
  readonly pulled: string[] = [];
  pullError: DockerError | null = null;
  pulling: Promise<void> = Promise.resolve();
  local = true;

  readonly images = {
    find: (image: string) => Promise.resolve(this.pulled.includes(image) ? { exposedPorts: [], env: [] } : null),
    pull: async (image: string, onProgress: (done: number, total: number) => void, signal?: AbortSignal) => {
      if (this.pullError) throw this.pullError;
      onProgress(1, 4);
      onProgress(3, 4);
      await this.pulling;
      signal?.throwIfAborted();
      this.pulled.push(image);
    },
  };

  readonly containers = {
    find: (id: string) =>
      Promise.resolve(
        [...this.containers_.values()].find(({ state }) => state.id === id || state.name === id)?.state ?? null,
      ),
    withLabel: (label: string) => {
      const [key = '', value] = label.split('=');
      return Promise.resolve(
        [...this.containers_.values()].map(({ state }) => state).filter(({ labels }) => labels[key] === value),
      );
    },
    run: (options: ContainerOptions) => {
      const ports = (options.ports ?? []).map(({ container, address, port }) => ({ container, address, port }));
      this.add(
        { id: `id-${options.name}`, name: options.name, image: options.image, labels: options.labels ?? {}, ports },
        options,
      );
      return Promise.resolve(`id-${options.name}`);
    },
    stop: (id: string) => {
      this.end(id, 0);
      return Promise.resolve();
    },
    remove: (id: string) => {
      for (const [key, { state }] of this.containers_)
        if (state.id === id || state.name === id) this.containers_.delete(key);
      return Promise.resolve();
    },
    logs: (id: string, _tail: number, signal: AbortSignal) => this.#logs(id, signal),
  };

  add(
    state: Partial<ContainerState> & { id: string },
    options: ContainerOptions | null = null,
    lines = ['listening'],
  ): void {
    const whole = {
      name: state.id,
      image: '',
      running: true,
      paused: false,
      exitCode: 0,
      startedAt: 1,
      labels: {},
      addresses: {},
      ports: [],
      error: '',
      ...state,
    };
    this.containers_.set(state.id, { state: whole, options, lines, end: Promise.withResolvers<undefined>() });
  }

  end(id: string, exitCode: number): void {
    const found = this.containers_.get(id);
    if (!found) return;
    found.state = { ...found.state, running: false, exitCode };
    found.end.resolve(undefined);
  }

  async *#logs(id: string, signal: AbortSignal): AsyncGenerator<string> {
    const found = this.containers_.get(id);
    if (!found) return;
    yield* found.lines;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    if (found.state.running) await Promise.race([found.end.promise, aborted]);
  }
}

let engine: StandInEngine;
let runs: Runs;
let stop: AbortController;
let application: Server;
let port: number;
const image = imageFact(read('story/2-commit', 'image'));

function open(built = image.latestImage): void {
  runs = new Runs({
    world: { image: () => ({ ...image, latestImage: built }) },
    engine: () => Promise.resolve(engine),
    registry: () => Promise.resolve({ cluster: '172.30.20.11:5000', host: '127.0.0.1:5001' }),
  });
}

async function until(test: (state: RunState) => boolean): Promise<RunState> {
  for await (const state of runs.watch(name, stop.signal)) if (test(state)) return state;
  throw new Error('the stream has ended');
}

beforeEach(async () => {
  engine = new StandInEngine();
  stop = new AbortController();
  application = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  port = (application.address() as AddressInfo).port;
  open();
});

afterEach(async () => {
  stop.abort();
  runs.dispose();
  application.closeAllConnections();
  await new Promise((resolve) => application.close(resolve));
});

describe('start', () => {
  it('pulls through the port of this machine and publishes on 127.0.0.1 only', async () => {
    await runs.start({ ...name, port: null, env: [{ name: 'GREETING', value: 'hi' }] });
    const state = await until(({ phase }) => phase === 'running');
    expect(engine.pulled[0]).toMatch(/^127\.0\.0\.1:5001\/apps\/reward-dining@sha256:/);
    const [container] = engine.containers_.values();
    expect(container?.options).toMatchObject({
      labels: { 'io.kpack-desktop.run': 'default/reward-dining' },
      env: { PORT: '8080', GREETING: 'hi' },
      ports: [{ container: 8080, address: '127.0.0.1' }],
    });
    expect(state).toMatchObject({
      image: image.latestImage,
      containerPort: 8080,
      url: `http://127.0.0.1:${String(state.port)}/`,
    });
  });

  it('tells how far the pull is', async () => {
    const gate = Promise.withResolvers<undefined>();
    engine.pulling = gate.promise.then(() => undefined);
    await runs.start({ ...name, port: null, env: [] });
    expect(await until(({ percent }) => percent !== null)).toMatchObject({ phase: 'pulling', percent: 75 });
    gate.resolve(undefined);
    await until(({ phase }) => phase === 'running');
  });

  it('refuses a port that is taken and offers another', async () => {
    await expect(runs.start({ ...name, port, env: [] })).rejects.toMatchObject({
      code: 'INVALID',
      refusal: { field: 'port', fixes: [{ id: 'use-port' }] },
    });
  });

  it('refuses what was never built', async () => {
    open('');
    await expect(runs.start({ ...name, port: null, env: [] })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('says why a pull failed', async () => {
    engine.pullError = new DockerError('other', 'manifest unknown');
    await runs.start({ ...name, port: null, env: [] });
    expect((await until(({ phase }) => phase === 'failed')).verdict).toMatchObject({
      headline: { key: 'builds.backend_run_pull_failed' },
      raw: 'manifest unknown',
    });
  });

  it('replaces a container that runs already', async () => {
    engine.add({ id: 'old', labels: { 'io.kpack-desktop.run': 'default/reward-dining' } });
    await runs.start({ ...name, port: null, env: [] });
    await until(({ phase }) => phase === 'running');
    expect([...engine.containers_.keys()]).toEqual(['id-kpack-desktop-run-default-reward-dining']);
  });
});

describe('a container that is there', () => {
  const labels = { 'io.kpack-desktop.run': 'default/reward-dining', 'io.kpack-desktop.image': 'r/web@sha256:1' };

  it('is found again, with its log and its first answer', async () => {
    engine.add({ id: 'c', labels, ports: [{ container: 8080, address: '127.0.0.1', port }] });
    const state = await until(({ answer, log }) => answer !== null && log.length > 0);
    expect(state).toMatchObject({
      phase: 'running',
      image: 'r/web@sha256:1',
      port,
      url: `http://127.0.0.1:${String(port)}/`,
      log: ['listening'],
      answer: { status: 404 },
    });
  });

  it('that ends with an error has failed, with its last lines', async () => {
    engine.add({ id: 'c', labels }, null, ['starting', '\u001b[31mError: no database\u001b[0m']);
    await until(({ phase }) => phase === 'running');
    engine.end('c', 1);
    const state = await until(({ phase }) => phase === 'failed');
    expect(state.exitCode).toBe(1);
    expect(state.verdict?.evidence.map((line) => line.text)).toEqual(['starting', 'Error: no database']);
  });

  it('is stopped and removed; its log can still be read', async () => {
    engine.add({ id: 'c', labels });
    await until(({ log }) => log.length > 0);
    await runs.stop(name);
    expect(await until(({ phase }) => phase === 'stopped')).toMatchObject({ url: '', port: null, log: ['listening'] });
    expect(engine.containers_.size).toBe(0);
  });
});

it('a pull that is stopped leaves nothing behind', async () => {
  const gate = Promise.withResolvers<undefined>();
  engine.pulling = gate.promise.then(() => undefined);
  await runs.start({ ...name, port: null, env: [] });
  await until(({ phase }) => phase === 'pulling');
  const stopped = runs.stop(name);
  gate.resolve(undefined);
  await stopped;
  expect((await until(({ phase }) => phase === 'none')).phase).toBe('none');
  expect(engine.containers_.size).toBe(0);
});
