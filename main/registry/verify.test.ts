import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { digestOf, verified } from './verify.ts';

const right = { digest: digestOf('content'), size: 7 };
const problem = (found: string) => new Error(`found ${found}`);

test('content that is as expected passes unchanged', async () => {
  expect(await text(verified(Readable.from(['con', 'tent'].map((part) => Buffer.from(part))), right, problem))).toBe(
    'content',
  );
  expect(await text(verified(Readable.from([Buffer.from('content')]), { ...right, size: null }, problem))).toBe(
    'content',
  );
});

test.each([
  ['another content', 'contenT', `found ${digestOf('contenT')}`],
  ['too little', 'conten', 'found 6 bytes'],
  ['too much', 'content!', 'found more than 7 bytes'],
])('%s ends with an error that says what was found', async (_name, content, message) => {
  await expect(text(verified(Readable.from([Buffer.from(content)]), right, problem))).rejects.toThrow(message);
});

test('an error of the source that comes before anybody reads is not lost and breaks nothing', async () => {
  const source = new Readable({ read: () => undefined });
  const stream = verified(source, right, problem);
  source.destroy(new Error('broke early'));
  await setImmediate();
  await expect(text(stream)).rejects.toThrow('broke early');
});
