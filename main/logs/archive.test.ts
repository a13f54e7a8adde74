import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LogArchive } from './archive.ts';

const name = { namespace: 'default', build: 'web-build-1', uid: 'uid-1' };
const pod = { uid: 'pod-1', name: 'web-build-1-build-pod', node: 'node', steps: ['prepare', 'build'] };
let root: string;
let archive: LogArchive;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'logs-'));
  archive = new LogArchive(root, 10);
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

function file(step: string, kind = 'log'): string {
  return path.join(root, 'default', 'web-build-1', 'uid-1', `${step}.${kind}`);
}

/** Entries with the given texts, one in a millisecond. */
function entries(texts: readonly string[], from = 0): Buffer {
  return Buffer.from(
    texts
      .map(
        (text, index) =>
          `${new Date(1_790_000_000_000 + from + index).toISOString().replace('Z', '000001Z')} ${text}\n`,
      )
      .join(''),
  );
}

function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `line ${from + index}`);
}

async function write(step: string, texts: readonly string[], finish: 'whole' | 'no newline' | 'open' = 'whole') {
  const writer = await archive.open(name, pod, step);
  await writer.append(entries(texts));
  if (finish !== 'open') await writer.finish(finish === 'whole');
  await archive.release(writer);
}

async function textOf(options: { step?: string | null; times?: boolean; colours?: boolean } = {}): Promise<string> {
  const pieces: string[] = [];
  const request = {
    ...name,
    step: options.step ?? null,
    times: options.times ?? false,
    colours: options.colours ?? true,
  };
  for await (const { text } of archive.text(request)) pieces.push(text);
  return pieces.join('');
}

describe('lines', () => {
  test('are given from any place, with their times', async () => {
    await write('build', numbered(1000));
    const { lines } = await archive.lines({ ...name, step: 'build', from: 321, count: 3 });
    expect(lines).toEqual([
      { index: 321, at: '2026-09-21T14:13:20.321000001Z', text: 'line 321', cut: false },
      { index: 322, at: '2026-09-21T14:13:20.322000001Z', text: 'line 322', cut: false },
      { index: 323, at: '2026-09-21T14:13:20.323000001Z', text: 'line 323', cut: false },
    ]);
    expect((await archive.lines({ ...name, step: 'build', from: 998, count: 10 })).lines).toHaveLength(2);
    expect((await archive.lines({ ...name, step: 'build', from: 5000, count: 10 })).lines).toEqual([]);
  });

  test('are found although the index is missing or damaged', async () => {
    await write('build', numbered(1000));
    await writeFile(file('build', 'index'), Buffer.alloc(640, 7));
    expect((await archive.lines({ ...name, step: 'build', from: 777, count: 1 })).lines[0]?.text).toBe('line 777');
    await rm(file('build', 'index'));
    expect((await archive.lines({ ...name, step: 'build', from: 777, count: 1 })).lines[0]?.text).toBe('line 777');
  });

  test('that are very long are stored whole, sent cut, and no character is cut in two', async () => {
    const long = `${'a'.repeat(16_383)}é${'b'.repeat(10_000_000)}`;
    await write('build', ['before', long, 'after']);
    const { lines } = await archive.lines({ ...name, step: 'build', from: 0, count: 3 });
    expect(lines.map(({ text, cut }) => [text.length, cut])).toEqual([
      [6, false],
      [16_383, true],
      [5, false],
    ]);
    expect(await textOf({ step: 'build' })).toBe(`before\n${long}\nafter\n`);
  });

  test('at the end are the evidence of a failure', async () => {
    await write('build', numbered(500));
    expect((await archive.tail(name, 'build', 2)).map((line) => line.text)).toEqual(['line 498', 'line 499']);
  });
});

describe('steps', () => {
  test('come in the order of the containers, with what is in them', async () => {
    await write(
      'build',
      ['[WARNING] odd', '\u001b[31mERROR:\u001b[0m bad', 'Warning', 'no ERRORS here', 'plain'],
      'open',
    );
    await write('prepare', ['fine']);
    expect(await archive.steps(name)).toEqual([
      { step: 'prepare', lines: 1, bytes: 36, complete: true, warnings: 0, errors: 0, gaps: [] },
      { step: 'build', lines: 5, bytes: 218, complete: false, warnings: 2, errors: 1, gaps: [] },
    ]);
  });

  test('of a second pod of the same build stand beside those of the first', async () => {
    await write('prepare', ['first']);
    const writer = await archive.open(name, { ...pod, uid: 'pod-2' }, 'prepare');
    await writer.append(entries(['second']));
    await archive.release(writer);
    expect((await archive.steps(name)).map(({ step }) => step)).toEqual(['prepare', 'prepare-2']);
    expect(await textOf({ step: 'prepare' })).toBe('first\n');
  });

  test('of a log that nobody wrote are none, and odd names are refused', async () => {
    expect(await archive.steps(name)).toEqual([]);
    await expect(archive.steps({ ...name, build: '../../etc' })).rejects.toThrow(RangeError);
  });

  test('are told while they grow, batched, until the reader stops', async () => {
    const stop = new AbortController();
    const writer = await archive.open(name, pod, 'build');
    const seen: number[] = [];
    for await (const { steps } of archive.watch(name, stop.signal)) {
      const lines = steps[0]?.lines ?? -1;
      seen.push(lines);
      if (lines === 0) for (let index = 0; index < 50; index += 1) await writer.append(entries(['more'], index));
      if (lines === 50 && steps[0]?.complete === false) await writer.finish(true);
      if (steps[0]?.complete) stop.abort();
    }
    expect(seen.at(-1)).toBe(50);
    expect(seen.length).toBeLessThan(10);
    await archive.release(writer);
  });
});

test('what another process archives is seen too', async () => {
  const reader = new LogArchive(root, 10);
  const seen: number[] = [];
  for await (const { steps } of reader.watch(name)) {
    seen.push(steps[0]?.lines ?? 0);
    if (steps[0]?.complete) break;
    await write('build', ['one', 'two']);
  }
  expect(seen).toEqual([0, 2]);
});

describe('what a kill leaves behind', () => {
  test.each([
    ['half an entry', '2026-09-21T14:13:20.900000001Z half'],
    ['half a time', '2026-09-2'],
    ['zeros of a power cut', '\0'.repeat(5000)],
    ['zeros and a line end', `${'\0'.repeat(100)}\n\0\n`],
  ])('%s is cut off at the next opening, and counts are right', async (_, torn) => {
    await write('build', [...numbered(200), 'ERROR x'], 'open');
    await appendFile(file('build'), torn);
    expect((await archive.steps(name))[0]).toMatchObject({ lines: 201, errors: 1 });
    const writer = await archive.open(name, pod, 'build');
    expect(writer.state).toMatchObject({ lines: 201, errors: 1 });
    await writer.append(entries(numbered(200, 201), 500));
    await writer.finish(true);
    await archive.release(writer);
    expect((await archive.lines({ ...name, step: 'build', from: 400, count: 1 })).lines[0]?.text).toBe('line 400');
    expect((await readFile(file('build'))).includes(0)).toBe(false);
  });

  test('an index that is behind or torn is completed', async () => {
    await write('build', numbered(1000), 'open');
    const whole = await readFile(file('build', 'index'));
    await truncate(file('build', 'index'), 37);
    const writer = await archive.open(name, pod, 'build');
    await archive.release(writer);
    expect(await readFile(file('build', 'index'))).toEqual(whole);
  });

  test('a mark that was cut off counts as not written', async () => {
    await write('build', numbered(3));
    const marks = await readFile(file('build', 'marks'), 'utf8');
    await writeFile(file('build', 'marks'), marks.slice(0, -20));
    expect((await archive.steps(name))[0]?.complete).toBe(false);
    const writer = await archive.open(name, pod, 'build');
    await writer.finish(true);
    await archive.release(writer);
    expect((await archive.steps(name))[0]?.complete).toBe(true);
  });
});

test('a disk that is full costs nothing that was archived, and writing goes on when it has room', async () => {
  const writer = await archive.open(name, pod, 'build');
  await writer.append(entries(numbered(100)));
  const region = entries(numbered(100, 100), 100);
  const half = vi.spyOn(writer.log, 'write').mockImplementationOnce(async () => {
    await appendFile(file('build'), region.subarray(0, 1000));
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  await expect(writer.append(region)).rejects.toThrow('no space');
  half.mockRestore();
  expect(writer.state).toMatchObject({ lines: 100 });
  await writer.append(region);
  await archive.release(writer);
  expect(await readFile(file('build'))).toEqual(entries(numbered(200)));
  expect((await archive.lines({ ...name, step: 'build', from: 150, count: 1 })).lines[0]?.text).toBe('line 150');
});

test('a gap is told by its line number, once', async () => {
  const writer = await archive.open(name, pod, 'build');
  await writer.append(entries(numbered(10)));
  await writer.gap('2026-09-21T14:13:20Z', '');
  await writer.gap('2026-09-21T14:13:20Z', '');
  await writer.append(entries(numbered(10)));
  await archive.release(writer);
  expect((await archive.steps(name))[0]?.gaps).toEqual([10]);
});

test('a whole log is marked with the hash of its file, readable by its owner only', async () => {
  await write('build', numbered(100));
  const hash = createHash('sha256')
    .update(await readFile(file('build')))
    .digest('hex');
  expect(await readFile(file('build', 'marks'), 'utf8')).toContain(`sha256:${hash}`);
  expect((await stat(file('build'))).mode & 0o777).toBe(0o600);
});

describe('search', () => {
  test('finds lines of all steps whatever the case, not in their times', async () => {
    await write('prepare', ['Hello World', 'nothing', 'hello 2026']);
    await write('build', ['WORLD', 'see world world']);
    expect(await archive.search({ ...name, query: 'world' })).toEqual({
      matches: [
        { step: 'prepare', index: 0 },
        { step: 'build', index: 0 },
        { step: 'build', index: 1 },
      ],
      limited: false,
    });
    expect((await archive.search({ ...name, query: '2026' })).matches).toEqual([{ step: 'prepare', index: 2 }]);
  });

  test('sees through colours and finds letters beyond ASCII', async () => {
    await write('build', [
      'plain',
      '\u001b[1mBuild \u001b[31mfailed\u001b[0m',
      'ÄRGER und Straße',
      'ビルド失敗',
      '31m',
    ]);
    const indexes = async (query: string) =>
      (await archive.search({ ...name, query })).matches.map((each) => each.index);
    expect(await indexes('build failed')).toEqual([1]);
    expect(await indexes('ärger')).toEqual([2]);
    expect(await indexes('ビルド')).toEqual([3]);
    expect(await indexes('31m')).toEqual([4]);
  });

  test('finds the same lines as looking at each, over pieces of a large log', async () => {
    const texts = numbered(60_000).map((text, index) => (index % 7 === 0 ? `${text} \u001b[32mNeedle\u001b[0m` : text));
    await write('build', texts);
    const expected = texts.flatMap((text, index) => (text.includes('Needle') ? [index] : []));
    const { matches } = await archive.search({ ...name, query: 'needle' });
    expect(matches.map((each) => each.index)).toEqual(expected);
  });

  test('stops at 10,000 and says so', async () => {
    await write('prepare', numbered(6000));
    await write('build', numbered(6000));
    const { matches, limited } = await archive.search({ ...name, query: 'line' });
    expect([matches.length, limited, matches.at(-1)]).toEqual([10_000, true, { step: 'build', index: 3999 }]);
  });
});

describe('text', () => {
  test('of one step is what the container wrote, byte for byte', async () => {
    await write('build', ['one', '\u001b[1mtwo\u001b[0m', 'three'], 'no newline');
    expect(await textOf({ step: 'build' })).toBe('one\n\u001b[1mtwo\u001b[0m\nthree');
    expect(await textOf({ step: 'build', colours: false })).toBe('one\ntwo\nthree');
    expect(await textOf({ step: 'build', times: true })).toMatch(/^2026-09-21T14:13:20.000000001Z one\n2026/);
  });

  test('of all steps has headings', async () => {
    await write('build', ['two'], 'no newline');
    await write('prepare', ['one']);
    expect(await textOf()).toBe('===> PREPARE\none\n===> BUILD\ntwo\n');
  });
});
