import { expect, test } from 'vitest';
import { state, step } from './fake-client.ts';
import { showChanges, showProgress } from './show-progress.ts';
import { style } from './style.ts';
import { width } from './width.ts';
import { Words } from './words.ts';

const words = new Words('en');
const plain = style(false);

test('every state of a step has its own mark', () => {
  const steps = [
    step({ id: 'a', state: 'done', startedAt: 0, finishedAt: 1500 }),
    step({ id: 'b', state: 'done', unchanged: true }),
    step({ id: 'c', state: 'running', startedAt: 0, percent: 50 }),
    step({ id: 'd', state: 'failed' }),
    step({ id: 'e', state: 'cancelled' }),
    step({ id: 'f', state: 'waiting' }),
  ];
  const lines = showProgress(state({ steps, percent: 40, elapsedMs: 65_000, remainingMs: 9000 }), words, plain, {
    columns: 80,
    rows: 24,
  });
  expect(lines[0]).toBe(' 40 %  1:05  about 0:09 left');
  expect(lines.map((line) => line[0]).slice(1)).toEqual(['✓', '✓', '●', '✗', '-', '·']);
  expect(lines[1]).toContain('1.5 s');
  expect(lines[2]).toContain('was there already');
  expect(lines[3]).toContain('██████████░░░░░░░░░░  50 %');
});

test('a step that cannot tell moves with its expected time, never to its end', () => {
  const shown = (elapsedMs: number): string | undefined =>
    showProgress(
      state({ elapsedMs, steps: [step({ state: 'running', startedAt: 0, expectedMs: 10_000 })] }),
      words,
      plain,
      { columns: 80, rows: 24 },
    )[1];
  expect(shown(5000)).toContain('██████████░░░░░░░░░░');
  expect(shown(60_000)).toContain('███████████████████░');
});

test('no line is wider than the terminal, in Japanese too', () => {
  const long = step({ state: 'running', percent: 5, detail: { key: 'cli.page_session' } });
  for (const language of ['en', 'ja'] as const) {
    const lines = showProgress(state({ steps: [long] }), new Words(language), plain, { columns: 60, rows: 24 });
    for (const line of lines) expect(width(line)).toBeLessThan(60);
  }
});

test('on a low screen running steps stay, waiting and finished ones give way', () => {
  const steps = [
    ...Array.from({ length: 10 }, (_, index) => step({ id: `done-${index}`, state: 'done' })),
    step({ id: 'now', state: 'running' }),
    ...Array.from({ length: 10 }, (_, index) => step({ id: `later-${index}`, state: 'waiting' })),
  ];
  const lines = showProgress(state({ steps }), words, plain, { columns: 80, rows: 8 });
  expect(lines).toHaveLength(7);
  expect(lines.map((line) => line[0])).toEqual([' ', '✓', '✓', '✓', '✓', '✓', '●']);
});

test('a change is told once', () => {
  const before = state({ steps: [step({ state: 'running', percent: 10 })] });
  const after = state({ steps: [step({ state: 'running', percent: 20 })] });
  expect(showChanges(null, before, words)).toEqual(['0:00  kpack Desktop: started']);
  expect(showChanges(before, after, words)).toEqual([]);
});
