import { beforeEach, describe, expect, it } from 'vitest';
import { ReferenceReader } from './reader.ts';
import type { ReferencesAnswer } from './references.ts';

const found: ReferencesAnswer = { kind: 'found', references: { head: 'main', branches: [], tags: [] } };
const url = 'https://git.example/x.git';
let asked: string[];
let answer: ReferencesAnswer;
let now: number;
let reader: ReferenceReader;

beforeEach(() => {
  asked = [];
  answer = found;
  now = 0;
  reader = new ReferenceReader({
    now: () => now,
    read: (address) => {
      asked.push(address);
      return Promise.resolve(answer);
    },
  });
});

describe('answers of repositories', () => {
  it('count for half a minute', async () => {
    await reader.read(url);
    now = 29_000;
    await reader.read(url);
    expect(asked).toHaveLength(1);
    now = 31_000;
    await reader.read(url);
    expect(asked).toHaveLength(2);
  });

  it('count for five seconds when they were bad', async () => {
    answer = { kind: 'missing' };
    await reader.read(url);
    now = 6_000;
    await reader.read(url);
    expect(asked).toHaveLength(2);
  });

  it('are asked for again when a fresh one is wanted', async () => {
    await reader.read(url);
    expect(await reader.read(url, true)).toEqual(found);
    expect(asked).toHaveLength(2);
  });

  it('are asked for once by two that ask at the same time', async () => {
    await Promise.all([reader.read(url, true), reader.read(url, true)]);
    expect(asked).toHaveLength(1);
  });

  it('that come late count as unreachable at first, and are there the next time', async () => {
    const slow = Promise.withResolvers<ReferencesAnswer>();
    const patient = new ReferenceReader({ read: () => slow.promise });
    expect(await patient.readSoon(url, 10)).toEqual({ kind: 'unreachable', words: '0.01 s' });
    slow.resolve(found);
    expect(await patient.readSoon(url, 10)).toEqual(found);
  });

  it('are not asked for over ssh', async () => {
    expect(await reader.read('git@git.example:x.git')).toBeNull();
    expect(asked).toEqual([]);
  });
});
