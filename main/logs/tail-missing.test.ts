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

describe('lines that the request does not give any more', () => {
  test.each([1, 2, 4])('are fetched from %i files that were put aside', async (files) => {
    container.print(...lines(100));
    await followed.interrupted(100, () => {
      for (let file = 0; file < files; file += 1) {
        container.pass(5000);
        container.print(...lines(100, `lost ${file}`));
        container.rotate();
      }
      container.print(...lines(100, 'new'));
      container.end();
    });
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ lines: 200 + files * 100, gaps: [] });
  });

  test('are fetched up to where the request goes on, although its file is put aside meanwhile', async () => {
    container.print(...lines(100));
    await followed.interrupted(100, () => {
      container.print(...lines(100, 'lost'));
      container.rotate();
      container.print(...lines(100, 'new'));
      container.beforeListing = () => {
        container.beforeListing = () => {};
        container.rotate();
        container.print(...lines(100, 'newest'));
      };
      container.end();
    });
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ lines: 400, gaps: [] });
  });

  test('are marked where the request gives other lines than are archived', async () => {
    container.proxy = false;
    container.print(...lines(10));
    await followed.archivedBefore(container.printed.replace('line 5', 'else'));
    container.print('new');
    container.end();
    await followed.follow();
    expect(await followed.state()).toMatchObject({ complete: true, lines: 11, gaps: [10, 11] });
  });

  test('are no gap when there were none', async () => {
    container.print(...lines(100));
    await followed.interrupted(100, () => {
      container.rotate();
      container.print(...lines(100, 'new'));
      container.end();
    });
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ gaps: [] });
  });

  test('leave a mark where they may not be fetched, and nothing comes twice', async () => {
    container.proxy = false;
    container.print(...lines(100));
    const kept = container.printed;
    let lost = '';
    await followed.interrupted(100, () => {
      container.print(...lines(100, 'lost'));
      lost = container.printed.slice(kept.length);
      container.rotate();
      container.print(...lines(100, 'new'));
      container.end();
    });
    expect(await followed.archived()).toBe(container.printed.replace(lost, ''));
    expect(await followed.state()).toMatchObject({ lines: 200, gaps: [100] });
  });

  test('leave a mark where they are deleted, and what is left is fetched', async () => {
    container.print(...lines(100));
    const kept = container.printed;
    let lost = '';
    await followed.interrupted(100, () => {
      container.rotate();
      container.pass(3000);
      container.print(...lines(100, 'deleted'));
      lost = container.printed.slice(kept.length);
      container.rotate();
      container.pass(3000);
      container.print(...lines(100, 'aside'));
      container.rotate();
      container.print(...lines(100, 'new'));
      container.forget(2);
      container.end();
    });
    expect(await followed.archived()).toBe(container.printed.replace(lost, ''));
    expect(await followed.state()).toMatchObject({ lines: 300, gaps: [100] });
  });

  test('are fetched when following began late', async () => {
    container.print(...lines(100));
    container.rotate();
    container.pass(2000);
    container.print(...lines(100, 'new'));
    container.end();
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
  });

  test('leave a mark at the beginning when following began late and they may not be fetched', async () => {
    container.proxy = false;
    container.print(...lines(100));
    container.rotate();
    container.pass(2000);
    container.print('new');
    container.end();
    await followed.follow();
    expect(await followed.state()).toMatchObject({ lines: 1, gaps: [0] });
  });

  test('are fetched when the file was put aside after the end', async () => {
    container.print(...lines(100));
    await followed.interrupted(60, () => {
      container.print(...lines(50, 'unseen'));
      container.end();
      container.rotate();
    });
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ complete: true, gaps: [] });
  });

  test('are fetched when all of it was put aside before anybody looked', async () => {
    container.print(...lines(100));
    container.end();
    container.rotate();
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
  });
});

describe('a line of more than 16 KiB', () => {
  const long = 'abcdefgh'.repeat(10_000);

  test('is one line, joined like any other', async () => {
    container.print('before', long, 'after');
    container.end();
    container.cuts.push(20_000, 70_000, 80_100);
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
  });

  test('may begin a replay in its middle', async () => {
    container.print('before');
    container.printOverRotation('first part', 'second part');
    container.print('after');
    await followed.archivedBefore(container.printed.slice(0, container.printed.lastIndexOf('2026')));
    container.end();
    await followed.follow();
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ gaps: [] });
  });

  test('is not believed to end where a stream ended cleanly in the middle of it', async () => {
    container.endsAtRotated = true;
    container.print('before');
    const done = followed.follow();
    await followed.linesArchived(1);
    container.printOverRotation('first part', 'second part');
    container.end();
    await done;
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ lines: 2, gaps: [] });
  });

  test('is put together when its beginning was put aside', async () => {
    container.print('before');
    await followed.interrupted(1, () => {
      container.printOverRotation('first part', 'second part');
      container.print('after');
      container.end();
    });
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ lines: 3, gaps: [] });
  });
});

describe('a pod that is gone', () => {
  test('after its log was read to the end leaves no mark', async () => {
    container.print(...lines(10));
    const done = followed.follow();
    await followed.linesArchived(10);
    container.vanish();
    await done;
    expect(await followed.archived()).toBe(container.printed);
    expect(await followed.state()).toMatchObject({ complete: true, gaps: [] });
  });

  test('while its log was not being read leaves a mark', async () => {
    container.print(...lines(10));
    await followed.interrupted(10, () => {
      container.print('never seen');
      container.vanish();
    });
    expect(await followed.state()).toMatchObject({ complete: true, lines: 10, gaps: [10] });
  });
});
