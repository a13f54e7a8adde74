import { describe, expect, it } from 'vitest';
import { spans, withoutEscapes } from './ansi.ts';

const ESC = '\u001b';

describe('spans', () => {
  it('keeps plain text as one run', () => {
    expect(spans('hello')).toEqual([{ text: 'hello', classes: '' }]);
  });

  it('draws colours and weight and ends them at a reset', () => {
    expect(spans(`[${ESC}[1;31mERROR${ESC}[0m] no`)).toEqual([
      { text: '[', classes: '' },
      { text: 'ERROR', classes: 'text-ansi-red font-bold' },
      { text: '] no', classes: '' },
    ]);
  });

  it('skips 256 and true colours with their parameters', () => {
    expect(spans(`${ESC}[38;5;196mx${ESC}[48;2;1;2;3my`)).toEqual([
      { text: 'x', classes: '' },
      { text: 'y', classes: '' },
    ]);
  });

  it('shows only the last state of a progress bar', () => {
    expect(spans('10 %\r50 %\r100 %\r')).toEqual([{ text: '100 %', classes: '' }]);
  });

  it('drops cursor moves, titles and links', () => {
    expect(spans(`${ESC}[2J${ESC}]0;title\u0007a${ESC}]8;;http://x${ESC}\\b${ESC}[1A`).map((run) => run.text)).toEqual([
      'a',
      'b',
    ]);
  });

  it('shows other control characters as a replacement character', () => {
    expect(spans('a\u0000b')).toEqual([{ text: 'a\ufffdb', classes: '' }]);
  });

  it('keeps tabs and text of any script', () => {
    expect(spans('\tビルド')).toEqual([{ text: '\tビルド', classes: '' }]);
  });
});

describe('withoutEscapes', () => {
  it('leaves the words', () => {
    expect(withoutEscapes(`${ESC}[36mdetect${ESC}[0m done`)).toBe('detect done');
  });
});
