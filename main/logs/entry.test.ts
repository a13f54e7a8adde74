import { describe, expect, test } from 'vitest';
import { CriReader } from './cri.ts';
import { EntrySplitter } from './entry-splitter.ts';
import { compareTimes, sameEntry, secondOf, sinceTime, textStart, timeOf } from './entry.ts';
import { levelOf } from './severity.ts';

const bytes = (text: string) => Buffer.from(text);

describe('an entry', () => {
  test.each([
    ['2026-11-20T21:33:35.552299427Z text', 31],
    ['2026-11-20T21:33:35.5Z text', 23],
    ['2026-11-20T21:33:35Z text', 21],
    ['2026-11-20T21:33:35.552299427+09:00 text', 36],
    ['2026-11-20T21:33:35.552299427Z ', 31],
    ['2026-11-20T21:33:35.552299427Z', 30],
    ['unable to retrieve container logs for containerd://12ab', -1],
    ['2026-11-20 is a date', -1],
    ['', -1],
    ['\0'.repeat(40), -1],
  ])('%s has its text at %i', (line, start) => {
    expect(textStart(bytes(line))).toBe(start);
  });

  test('has a time and a second, from which a replay can begin', () => {
    const entry = bytes('2026-11-20T21:33:35.552299427Z text');
    expect(timeOf(entry)).toBe('2026-11-20T21:33:35.552299427Z');
    expect(sinceTime(secondOf(entry))).toBe('2026-11-20T21:33:35Z');
    expect(secondOf(bytes('2026-11-21T06:33:35.1+09:00 text'))).toBe(secondOf(entry));
  });

  test('is the same with zeros cut at the end of its time, and only then', () => {
    const entry = bytes('2026-11-20T21:33:35.500000000Z text');
    expect(sameEntry(entry, bytes('2026-11-20T21:33:35.5Z text'))).toBe(true);
    expect(sameEntry(entry, bytes('2026-11-20T21:33:35.50001Z text'))).toBe(false);
    expect(sameEntry(entry, bytes('2026-11-20T21:33:35.5Z Text'))).toBe(false);
    expect(compareTimes('2026-11-20T21:33:35.5Z', '2026-11-20T21:33:35.499999999Z')).toBe(1);
    expect(compareTimes('2026-11-20T21:33:35Z', '2026-11-20T21:33:36.1Z')).toBe(-1.1e9);
  });
});

describe('a stream', () => {
  test('is cut into whole entries wherever its chunks end', () => {
    const whole = '2026-11-20T21:33:35Z ü\n2026-11-20T21:33:36Z \n2026-11-20T21:33:37Z rest';
    for (let cut = 1; cut < whole.length; cut += 1) {
      const splitter = new EntrySplitter();
      const regions = [bytes(whole).subarray(0, cut), bytes(whole).subarray(cut)].map((chunk) => splitter.push(chunk));
      const text = Buffer.concat(regions.filter((region) => region !== null)).toString();
      expect(text).toBe(whole.slice(0, -25));
      expect(splitter.rest().toString()).toBe('2026-11-20T21:33:37Z rest');
    }
  });

  test('with a line too long to hold is cut at the same places each time, each piece with the time', () => {
    const line = `2026-11-20T21:33:35Z ${'0123456789'.repeat(10)}\n`;
    const cutInto = (size: number) => {
      const splitter = new EntrySplitter(50);
      const regions: string[] = [];
      for (let at = 0; at < line.length; at += size) {
        regions.push(splitter.push(bytes(line.slice(at, at + size)))?.toString() ?? '');
      }
      return regions.join('');
    };
    const pieces = cutInto(20).split('\n').slice(0, -1);
    expect(pieces.map((piece) => piece.slice(21)).join('')).toBe('0123456789'.repeat(10));
    expect(pieces.every((piece) => piece.startsWith('2026-11-20T21:33:35Z ') && piece.length <= 60)).toBe(true);
  });
});

describe("a container runtime's log file", () => {
  const read = (...lines: string[]) => {
    const reader = new CriReader();
    const entries = lines.map((line) => reader.take(bytes(line))?.toString() ?? null);
    return { entries, rest: reader.rest().toString() };
  };

  test('becomes entries as the API gives them', () => {
    const { entries } = read('2026-11-20T21:33:35.5522Z stdout F text of it', '2026-11-20T21:33:36Z stderr F ');
    expect(entries).toEqual(['2026-11-20T21:33:35.552200000Z text of it', '2026-11-20T21:33:36.000000000Z ']);
  });

  test('has long lines in parts, which become one with the time of the first', () => {
    const { entries } = read(
      '2026-11-20T21:33:35.1Z stdout P one ',
      '2026-11-20T21:33:35.2Z stdout P two ',
      '2026-11-20T21:33:35.3Z stdout F three',
    );
    expect(entries).toEqual([null, null, '2026-11-20T21:33:35.100000000Z one two three']);
  });

  test('may end in the middle of a line', () => {
    expect(read('2026-11-20T21:33:35.1Z stdout P one').rest).toBe('2026-11-20T21:33:35.100000000Z one');
  });

  test('of another kind gives nothing', () => {
    expect(read('{"log":"x","stream":"stdout"}', 'plain').entries).toEqual([null, null]);
  });
});

describe('the level of a line', () => {
  test.each([
    ['ERROR: failed to build: exit status 51', 'error'],
    ['\u001b[31;1mERROR: \u001b[0mNo buildpack groups passed detection.', 'error'],
    ['  Error: cannot find module', 'error'],
    ['[FATAL] out of memory', 'error'],
    ['[\u001b[1;33mWARNING\u001b[m] The requested profile', 'warning'],
    ['Warning: deprecated', 'warning'],
    ['0 ERRORS, 0 WARNINGS', null],
    ['see ERROR handling', null],
    ['warning in the middle', null],
  ])('%s is %s', (line, level) => {
    expect(levelOf(line)).toBe(level);
  });
});
