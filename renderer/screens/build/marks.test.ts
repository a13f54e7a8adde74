import { describe, expect, it } from 'vitest';
import { markSpans } from './marks.ts';
import { tone } from './tone.ts';

describe('markSpans', () => {
  it('leaves runs alone without matches', () => {
    expect(markSpans([{ text: 'abc', classes: 'x' }], [])).toEqual([{ text: 'abc', classes: 'x', marked: false }]);
  });

  it('marks a match that crosses two runs and keeps their colours', () => {
    const runs = markSpans(
      [
        { text: 'one ', classes: '' },
        { text: 'two', classes: 'text-ansi-red' },
      ],
      [[2, 6]],
    );
    expect(runs.map((run) => [run.text, run.marked, run.classes])).toEqual([
      ['on', false, ''],
      ['e ', true, ''],
      ['tw', true, 'text-ansi-red'],
      ['o', false, 'text-ansi-red'],
    ]);
  });

  it('marks every match of a run', () => {
    expect(
      markSpans(
        [{ text: 'a-a', classes: '' }],
        [
          [0, 1],
          [2, 3],
        ],
      ).map((run) => `${run.text}${run.marked ? '*' : ''}`),
    ).toEqual(['a*', '-', 'a*']);
  });
});

describe('tone', () => {
  it('reads the level that tools write', () => {
    expect(tone('      [\u001b[33mWARNING\u001b[0m] old element')).toBe('warning');
    expect(tone('      [ERROR] no template')).toBe('error');
    expect(tone('ERROR: failed to build')).toBe('error');
    expect(tone('0 errors, 0 warnings')).toBe('plain');
  });
});
