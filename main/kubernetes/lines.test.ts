import { expect, test } from 'vitest';
import { LineSplitter, linesOf } from './lines.ts';

const text = 'first\nzwölf 日本\n\nlast';

test('lines come whole wherever the chunks end, also within a character', () => {
  const bytes = Buffer.from(text);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const splitter = new LineSplitter();
    const lines = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((chunk) =>
      [...splitter.push(chunk)].map((line) => line.toString()),
    );
    expect(lines).toEqual(['first', 'zwölf 日本', '']);
    expect(splitter.rest().toString()).toBe('last');
  }
});

test('a line over the limit is an error, before all of it is in memory', () => {
  const splitter = new LineSplitter(10);
  expect(() => [...splitter.push(Buffer.from('short\n0123456789'))]).not.toThrow();
  expect(() => [...splitter.push(Buffer.from('0'))]).toThrow(RangeError);
});

test('the last line counts without a line end too', async () => {
  async function* chunks() {
    yield* await Promise.resolve([Buffer.from('a\nb'), Buffer.from('c\nd')]);
  }
  const lines: string[] = [];
  for await (const line of linesOf(chunks())) lines.push(line.toString());
  expect(lines).toEqual(['a', 'bc', 'd']);
});
