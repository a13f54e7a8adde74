import { describe, expect, it } from 'vitest';
import { inOrder, runGraph, type Listener } from './graph.ts';
import type { Step } from './step.ts';
import { estimate, TaskState } from './task-state.ts';

const silent: Listener = {
  started: () => undefined,
  finished: () => undefined,
  failed: () => undefined,
  progress: () => ({ detail: () => undefined, percent: () => undefined, line: () => undefined }),
};

interface World {
  done: Set<string>;
  log: string[];
}

function step(
  id: string,
  needs: string[] = [],
  run?: (world: World, signal: AbortSignal) => Promise<void>,
): Step<World> {
  return {
    id,
    title: { key: 'common.app' },
    does: { key: 'common.app' },
    needs,
    usualMs: 1000,
    isDone: (world) => Promise.resolve(world.done.has(id)),
    run: async (world, _progress, signal) => {
      world.log.push(`start ${id}`);
      await run?.(world, signal);
      world.done.add(id);
      world.log.push(`end ${id}`);
    },
  };
}

const world = (...done: string[]): World => ({ done: new Set(done), log: [] });
const never = new AbortController().signal;

describe('runGraph', () => {
  it('starts independent steps together and waits for what is needed', async () => {
    const gate = Promise.withResolvers<undefined>();
    const place = world();
    const running = runGraph(
      [step('c', ['a', 'b']), step('a', [], () => gate.promise), step('b', [], () => gate.promise)],
      place,
      silent,
      never,
    );
    await Promise.resolve().then(() => new Promise(setImmediate));
    expect(place.log).toEqual(['start a', 'start b']);
    gate.resolve(undefined);
    expect(await running).toEqual({ kind: 'done', unchanged: false });
    expect(place.log.at(-1)).toBe('end c');
  });

  it('changes nothing where everything is done', async () => {
    const place = world('a', 'b');
    expect(await runGraph([step('a'), step('b', ['a'])], place, silent, never)).toEqual({
      kind: 'done',
      unchanged: true,
    });
    expect(place.log).toEqual([]);
  });

  it('names the step that failed, stops the others and starts nothing more', async () => {
    const place = world();
    const slow = step(
      'slow',
      [],
      (_world, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    );
    const outcome = await runGraph(
      [slow, step('bad', [], () => Promise.reject(new Error('no space'))), step('next', ['slow'])],
      place,
      silent,
      never,
    );
    expect(outcome).toMatchObject({ kind: 'failed', step: 'bad', error: { message: 'no space' } });
    expect(place.log).not.toContain('start next');
  });

  it('carries on from what the world has after a failure', async () => {
    const place = world();
    let broken = true;
    const steps = [step('a'), step('b', ['a'], () => (broken ? Promise.reject(new Error('x')) : Promise.resolve()))];
    expect(await runGraph(steps, place, silent, never)).toMatchObject({ kind: 'failed', step: 'b' });
    broken = false;
    expect(await runGraph(steps, place, silent, never)).toEqual({ kind: 'done', unchanged: false });
    expect(place.log.filter((line) => line === 'start a')).toHaveLength(1);
  });

  it('ends as cancelled when it is told to stop', async () => {
    const stop = new AbortController();
    const waits = step(
      'a',
      [],
      (_world, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
          stop.abort();
        }),
    );
    expect(await runGraph([waits], world(), silent, stop.signal)).toEqual({ kind: 'cancelled' });
  });

  it('refuses circles', () => {
    expect(() => inOrder([step('a', ['b']), step('b', ['a'])])).toThrow('need each other');
  });
});

describe('TaskState', () => {
  it('keeps the output of each step and gives it from any line on', () => {
    const state = new TaskState(
      'setup',
      [step('a')],
      () => 1000,
      null,
      () => undefined,
    );
    state.started('a');
    state.progress('a').line('one');
    state.progress('a').line('two');
    expect(state.output('a', 1)).toEqual(['two']);
    expect(state.snapshot.steps[0]).toMatchObject({ state: 'running', lines: 2 });
  });

  it('marks the failed step and the others as cancelled', () => {
    const state = new TaskState(
      'setup',
      [step('a'), step('b')],
      () => 1000,
      null,
      () => undefined,
    );
    for (const id of ['a', 'b']) {
      state.started(id);
      state.failed(id, new Error(id));
    }
    state.end({ kind: 'failed', step: 'b', error: new Error('b') }, null);
    expect(state.snapshot.steps.map((each) => each.state)).toEqual(['cancelled', 'failed']);
    expect(state.snapshot).toMatchObject({ phase: 'failed', failedStep: 'b', remainingMs: null });
  });
});

describe('estimate', () => {
  const at = {
    title: { key: 'common.app' as const },
    unchanged: false,
    detail: null,
    percent: null,
    startedAt: null,
    finishedAt: null,
    lines: 0,
  };

  it('counts the longest chain of what is left', () => {
    const { remainingMs, percent } = estimate(
      [
        { ...at, id: 'a', needs: [], state: 'done', expectedMs: 4000 },
        { ...at, id: 'b', needs: ['a'], state: 'running', startedAt: 0, expectedMs: 3000 },
        { ...at, id: 'c', needs: ['a'], state: 'running', percent: 50, startedAt: 0, expectedMs: 10_000 },
        { ...at, id: 'd', needs: ['b', 'c'], state: 'waiting', expectedMs: 1000 },
      ],
      1000,
    );
    expect(remainingMs).toBe(6000);
    expect(percent).toBe(Math.floor((10_000 / 18_000) * 100));
  });
});
