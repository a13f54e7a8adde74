import { expect, test } from 'vitest';
import { type BuildDetail, type BuildRow, type LogStep } from '../../preload/contract/index.ts';
import { type Client } from './context.ts';
import { runLine, stream } from './fake-client.ts';
import { newLines } from './run-command.ts';

const row = {
  uid: 'u1',
  namespace: 'default',
  name: 'shop-build-2',
  image: 'shop',
  number: 2,
  state: 'running',
  digest: '',
  durationMs: null,
  finishedAt: null,
} as BuildRow;
const ended: BuildRow = {
  ...row,
  state: 'succeeded',
  finishedAt: 1,
  durationMs: 14_000,
  digest: 'registry/shop@sha256:1',
};
const log: Record<string, string[]> = { detect: ['one', '\u001b[31mtwo\u001b[0m'], build: ['three'] };

function steps(counts: Record<string, number>, complete: boolean): { steps: LogStep[] } {
  return {
    steps: Object.entries(counts).map(([step, lines]) => ({
      step,
      lines,
      bytes: 0,
      complete,
      warnings: 0,
      errors: 0,
      gaps: [],
    })),
  };
}

function client(end: BuildRow, verdict: BuildDetail['verdict'] = null): Client {
  const snapshot = { type: 'snapshot', rows: [row], complete: true, freshness: { state: 'live', since: 0 } };
  return {
    builds: {
      watch: async () => Promise.resolve(stream([snapshot])),
      watchOne: async () =>
        Promise.resolve(
          stream([
            { row, verdict: null },
            { row: end, verdict },
          ]),
        ),
    },
    logs: {
      watch: async () => Promise.resolve(stream([steps({ detect: 1 }, false), steps({ detect: 2, build: 1 }, true)])),
      lines: async ({ step, from, count }: { step: string; from: number; count: number }) =>
        Promise.resolve({
          lines: (log[step] ?? [])
            .slice(from, from + count)
            .map((text, index) => ({ index: from + index, at: 'then', text, cut: false })),
        }),
    },
  } as unknown as Client;
}

test('a log is printed once, step by step, without colours where there are none', async () => {
  const { code, streams } = await runLine('build logs shop -f', client(ended));
  expect(code).toBe(0);
  expect(streams.out).toBe('[detect]\none\ntwo\n[build]\nthree\n✓ Build 2 in 0:14: registry/shop@sha256:1\n');
});

test('a failed build ends with its cause and exit code 1', async () => {
  const verdict: BuildDetail['verdict'] = {
    headline: { key: 'common.copied' },
    where: null,
    evidence: [{ line: 7, text: 'no such file' }],
    fixes: [],
    raw: '',
  };
  const { code, streams } = await runLine('build logs shop -f', client({ ...ended, state: 'failed' }, verdict));
  expect(code).toBe(1);
  expect(streams.out).toContain('✗ Copied\n  │ 7: no such file\n');
});

test('with --json lines and the end are objects', async () => {
  const { streams } = await runLine('build logs shop -f --json', client(ended));
  expect(streams.objects.map(({ type, step, index }) => [type, step, index])).toEqual([
    ['line', 'detect', 0],
    ['line', 'detect', 1],
    ['line', 'build', 0],
    ['build', undefined, undefined],
  ]);
});

test('new lines of a growing log are found, also when its beginning has been dropped', () => {
  expect(newLines([], ['a'])).toEqual(['a']);
  expect(newLines(['a', 'b'], ['a', 'b', 'c'])).toEqual(['c']);
  expect(newLines(['a', 'b', 'c'], ['b', 'c', 'd'])).toEqual(['d']);
  expect(newLines(['a', 'b'], ['x', 'y'])).toEqual(['x', 'y']);
  expect(newLines(['a', 'b'], ['a', 'b'])).toEqual([]);
});
