import { expect, test } from 'vitest';
import { Followed } from '../../test/standin/followed.ts';

/** A small generator of numbers that are the same each time (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const words = [
  '',
  ' ',
  'compiling',
  '\u001b[33mWARNING\u001b[0m',
  'ünïcode 日本語',
  '\t2026-11-20T21:33:35Z not a time',
  '\rbar',
];

function line(pick: (below: number) => number): string {
  if (pick(200) === 0) return 'long'.repeat(3000 + pick(12_000));
  return Array.from({ length: pick(6) }, () => words[pick(words.length)] ?? '').join(' ') + String(pick(1000));
}

/**
 * Whatever happens to the link, the process and the files, the archive holds what the container
 * printed, byte for byte and without a mark, as long as nothing was deleted.
 */
test.each(Array.from({ length: 30 }, (_, seed) => seed))('random faults, seed %i', async (seed) => {
  const pick = random(seed);
  const followed = await Followed.start();
  const { container } = followed;
  // A file that is put aside within the container's first second, before anybody looked, is not looked for.
  container.pass(2000);
  let stop = new AbortController();
  let work = followed.follow(stop.signal).catch(() => undefined);
  for (let round = 0; round < 60; round += 1) {
    container.print(...Array.from({ length: pick(60) }, () => line(pick)));
    // Often nothing passes between two prints: lines of one burst share their second.
    container.pass(pick(3) === 0 ? pick(4000) : 0);
    const fault = pick(12);
    if (fault <= 3) container.cuts.push(1 + pick(20_000));
    if (fault <= 5) container.disconnect();
    if (fault === 4) container.readCuts.push(1 + pick(20_000));
    if (fault === 6 || fault === 7) container.rotate();
    if (fault === 8) {
      stop.abort(new Error('killed'));
      await work;
      stop = new AbortController();
      work = followed.follow(stop.signal).catch(() => undefined);
    }
    if (fault === 9) await new Promise((resolve) => setImmediate(resolve));
  }
  if (pick(2) === 0) container.printUnended('no line end');
  container.cuts.push(1 + pick(5000));
  container.end();
  await work;
  expect(await followed.state()).toMatchObject({ complete: true, gaps: [] });
  const printed = Buffer.from(container.printed);
  const file = await followed.file();
  expect(file.subarray(0, printed.length).equals(printed)).toBe(true);
  expect(file.length - printed.length).toBe(printed.at(-1) === 10 || printed.length === 0 ? 0 : 1);
  await followed.dispose();
});
