import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StandInContainer } from '../../test/standin/container.ts';
import { Followed, lines } from '../../test/standin/followed.ts';

let followed: Followed;
let container: StandInContainer;

beforeEach(async () => {
  followed = await Followed.start();
  container = followed.container;
});

afterEach(() => followed.dispose());

describe('a log', () => {
  test('is archived while it grows and marked whole at the end', async () => {
    const done = followed.follow();
    container.print('one', '', '\u001b[1mtwo\u001b[0m', 'über 日本');
    await followed.linesArchived(4);
    container.print('three');
    container.end();
    await done;
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ complete: true, lines: 5, gaps: [] });
  });

  test('that has ended before is read to its end', async () => {
    container.print(...lines(1000));
    container.end();
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
  });

  test('without a line is whole too', async () => {
    container.end();
    await followed.follow();
    expect(await followed.state()).toMatchObject({ complete: true, lines: 0, gaps: [] });
  });

  test('whose last line has no line end is archived as it is', async () => {
    container.print('one');
    container.printUnended('no end');
    container.end();
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
    expect(container.printed.endsWith('no end')).toBe(true);
  });

  test('is not believed to have ended because a stream ended', async () => {
    container.print(...lines(10));
    container.endsAtRotated = true;
    const done = followed.follow();
    await followed.linesArchived(10);
    container.rotate();
    container.print(...lines(10, 'later'));
    container.end();
    await done;
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ gaps: [] });
  });

  test('is not what the kubelet writes about its own troubles', async () => {
    container.print('one');
    container.end();
    container.instead = 'unable to retrieve container logs for containerd://12ab';
    await followed.follow();
    expect(await followed.archived()).toBe('');
    container.instead = null;
    expect(await followed.state()).toMatchObject({ complete: true });
  });
});

describe('a broken stream', () => {
  test('is joined without a line twice, whatever it broke in', async () => {
    container.print(...lines(300));
    container.end();
    container.cuts.push(1, 35, 36, 37, 72, 500, 5000, 11_000);
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
    expect(container.follows).toBeGreaterThan(8);
  });

  test('is joined within a burst of one second that is longer than any buffer', async () => {
    container.print(...lines(9000, 'x'.repeat(100)));
    container.end();
    container.cuts.push(400_000, 700_000, 900_000);
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
  });

  test('goes on where an earlier process was killed', async () => {
    container.print(...lines(50));
    await followed.interrupted(50, () => {
      container.pass(10_000);
      container.print(...lines(50, 'after'));
      container.end();
    });
    expect(await followed.archived()).toBe(container.printed);
  });

  test('goes on after the last line without line end was archived but not marked', async () => {
    container.print('one');
    container.printUnended('no end');
    container.end();
    await followed.archivedBefore(`${container.printed}\n`);
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
  });

  test('that is only silent is given up after a while', async () => {
    const done = followed.follow(undefined, { silence: 20 });
    container.print('one');
    await followed.linesArchived(1);
    container.mute = true;
    container.print('unheard');
    const asked = container.follows;
    while (container.follows < asked + 2) await new Promise((resolve) => setImmediate(resolve));
    container.mute = false;
    container.end();
    await done;
    expect(await followed.archived()).toBe(container.printed);
  });

  test('is joined although the head of its window was put aside', async () => {
    container.proxy = false;
    container.print(...lines(20));
    const done = followed.follow();
    await followed.linesArchived(20);
    container.rotate();
    container.print(...lines(20, 'second'));
    await followed.linesArchived(40);
    container.disconnect();
    container.print('third');
    container.end();
    await done;
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ gaps: [] });
  });
});

test('a clock that was put back does not make lines come twice', async () => {
  const long = 'x'.repeat(200);
  container.print(...lines(2000, long));
  container.pass(-60_000);
  container.print(...lines(2000, long));
  const done = followed.follow();
  await followed.linesArchived(4000);
  container.pass(59_900);
  container.disconnect();
  container.print(...lines(2000, long));
  container.end();
  await done;
  expect(await followed.archived()).toBe(container.printed);
  expect(await followed.state()).toMatchObject({ gaps: [] });
});
