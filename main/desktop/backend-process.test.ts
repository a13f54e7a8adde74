import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { channels } from '../../preload/host.ts';
import { BackendProcess } from './backend-process.ts';

class FakeProcess extends EventEmitter {
  readonly posted: unknown[][] = [];
  killed = false;

  postMessage(...message: unknown[]): void {
    this.posted.push(message);
  }

  kill(): void {
    this.killed = true;
    this.emit('exit', 1);
  }
}

const electron = vi.hoisted(() => ({ started: [] as unknown[], fork: (): unknown => undefined }));

vi.mock('electron', () => ({
  utilityProcess: {
    fork: () => {
      const made = electron.fork();
      electron.started.push(made);
      return made;
    },
  },
  MessageChannelMain: class {
    readonly port1 = 'port of the backend';
    readonly port2 = 'port of the page';
  },
}));

function started(index: number): FakeProcess {
  const found = electron.started[index];
  if (!(found instanceof FakeProcess)) throw new Error(`process ${index} was not started`);
  return found;
}

class FakePage extends EventEmitter {
  readonly ports: unknown[] = [];

  postMessage(channel: string, _message: unknown, ports: unknown[]): void {
    if (channel === channels.port) this.ports.push(...ports);
  }

  isDestroyed(): boolean {
    return false;
  }
}

function connect(backend: BackendProcess): FakePage {
  const page = new FakePage();
  backend.connect(page as unknown as WebContents);
  return page;
}

beforeEach(() => {
  vi.useFakeTimers();
  electron.started.length = 0;
  electron.fork = () => new FakeProcess();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a page gets one end of a channel, the backend the other', () => {
  const page = connect(new BackendProcess('backend.cjs', {}, vi.fn()));
  expect(page.ports).toEqual(['port of the page']);
  expect(started(0).posted).toEqual([[{ type: 'page' }, ['port of the backend']]]);
});

test('a backend that dies is started anew and every page gets a new port', () => {
  const backend = new BackendProcess('backend.cjs', {}, vi.fn());
  const [page, closed] = [connect(backend), connect(backend)];
  closed.emit('destroyed');
  vi.advanceTimersByTime(60_000);
  started(0).emit('exit', 1);
  vi.advanceTimersByTime(0);
  expect(electron.started).toHaveLength(2);
  expect(page.ports).toHaveLength(2);
  expect(closed.ports).toHaveLength(1);
});

test('a backend that dies at once is started ever more slowly', () => {
  new BackendProcess('backend.cjs', {}, vi.fn());
  started(0).emit('exit', 1);
  vi.advanceTimersByTime(499);
  expect(electron.started).toHaveLength(1);
  vi.advanceTimersByTime(1);
  started(1).emit('exit', 1);
  vi.advanceTimersByTime(999);
  expect(electron.started).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(electron.started).toHaveLength(3);
});

test('at the end the backend is asked to end, and not started again', async () => {
  const backend = new BackendProcess('backend.cjs', {}, vi.fn());
  const ended = backend.dispose();
  expect(started(0).posted).toEqual([[{ type: 'dispose' }]]);
  started(0).emit('exit', 0);
  await ended;
  vi.advanceTimersByTime(60_000);
  expect(electron.started).toHaveLength(1);
});

test('a backend that does not end is ended', async () => {
  const backend = new BackendProcess('backend.cjs', {}, vi.fn());
  const ended = backend.dispose();
  vi.advanceTimersByTime(5000);
  await ended;
  expect(started(0).killed).toBe(true);
});

test('only messages that are known are passed on', () => {
  const told = vi.fn();
  new BackendProcess('backend.cjs', {}, told);
  started(0).emit('message', { type: 'taken', link: null });
  started(0).emit('message', { type: 'format-disk' });
  started(0).emit('message', null);
  expect(told.mock.calls).toEqual([[{ type: 'taken', link: null }]]);
});
