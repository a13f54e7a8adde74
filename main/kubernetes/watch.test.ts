import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accessTo, refuse, StandInApi, type Thing } from '../../test/standin/kubernetes-api.ts';
import { LivePage } from '../../test/standin/live-page.ts';
import { KubernetesClient } from './client.ts';
import { watchTiming, type WatchTiming } from './pace.ts';
import { kinds } from './resources.ts';
import { Watcher } from './watch.ts';

interface Row {
  uid: string;
  name: string;
  value: string;
}

const quick: WatchTiming = {
  ...watchTiming,
  backoff: [20, 40, 60],
  afterCleanEnd: 5,
  silence: 10_000,
  absent: 30,
  forbidden: 50,
  batch: 10,
};

let api: StandInApi;
let client: KubernetesClient;
const watchers: Watcher<Row, Thing>[] = [];

function project({ metadata }: Thing): Row {
  return { uid: metadata.uid ?? '', name: metadata.name, value: metadata.labels?.['value'] ?? '' };
}

function open(timing: Partial<WatchTiming> = {}): Watcher<Row, Thing> {
  const watcher = new Watcher<Row, Thing>({ client, kind: kinds.image, project, timing: { ...quick, ...timing } });
  watchers.push(watcher);
  return watcher;
}

class Page extends LivePage<Row> {
  constructor(watcher: Watcher<Row, Thing>) {
    super(watcher, (row) => row.uid);
  }

  get names(): string[] {
    return [...this.rows.values()].map((row) => row.name + row.value).sort();
  }
}

beforeEach(async () => {
  api = new StandInApi();
  await api.start();
  client = new KubernetesClient(accessTo(api));
});

afterEach(async () => {
  for (const watcher of watchers.splice(0)) watcher.dispose();
  await client.dispose();
  await api.stop();
});

describe('a list', () => {
  test('is sent whole, then as changes with the last state of each row', async () => {
    api.put('a');
    const page = new Page(open());
    await page.live();
    expect(page.names).toEqual(['a']);
    api.put('b');
    api.remove('a');
    await page.until(({ names }) => names.join() === 'b');
    expect(page.messages.at(-1)?.type).toBe('delta');
  });

  test('is one stream for all subscribers, ended after the last', async () => {
    const watcher = open();
    const first = new Page(watcher);
    await first.live();
    const second = new Page(watcher);
    expect(second.messages[0]).toMatchObject({ type: 'snapshot', complete: true });
    expect(api.requests).toHaveLength(1);
    first.leave();
    api.put('still-seen');
    await second.until(({ names }) => names.includes('still-seen'));
    second.leave();
    expect(watcher.rows.size).toBe(0);
    await new Page(watcher).live();
    expect(api.requests).toHaveLength(2);
  });

  test('comes in pages from a server that refuses streaming lists', async () => {
    api.streamingLists = false;
    for (let index = 0; index < 250; index += 1) api.put(`image-${index}`);
    const page = new Page(open());
    await page.live();
    expect(page.rows.size).toBe(250);
    api.put('later');
    await page.until(({ names }) => names.includes('later'));
    const limits = api.requests.map((url) => url.searchParams.get('limit'));
    expect(limits).toEqual([null, '100', '500', null]);
  });

  test('that breaks off half-way is asked for again as a whole', async () => {
    api.put('a');
    api.put('b');
    api.tricks.push((_, response) => {
      const metadata = { name: 'b', uid: 'uid-b-102', resourceVersion: '102' };
      response.write(`${JSON.stringify({ type: 'ADDED', object: { metadata } })}\n`, () => response.destroy());
    });
    const page = new Page(open());
    await page.live();
    expect(page.names).toEqual(['a', 'b']);
    expect(api.requests.map((url) => url.searchParams.get('sendInitialEvents'))).toEqual(['true', 'true']);
  });

  test('survives a projection and a listener that throw', async () => {
    const faults: unknown[] = [];
    const watcher = new Watcher<Row, Thing>({
      client,
      kind: kinds.image,
      project: ({ metadata }) => {
        if (metadata.name === 'odd') throw new Error('odd');
        return { uid: metadata.uid ?? '', name: metadata.name, value: '' };
      },
      onFault: (error) => faults.push(error),
      timing: quick,
    });
    watchers.push(watcher);
    watcher.subscribe(() => {
      throw new Error('listener');
    });
    api.put('odd');
    api.put('plain');
    const page = new Page(watcher);
    await page.live();
    expect(page.names).toEqual(['plain']);
    expect(faults.map(String)).toContain('Error: odd');
    expect(faults.map(String)).toContain('Error: listener');
  });
});

describe('a lost stream', () => {
  test.each(['clean', 'broken'] as const)('is resumed from its version without loss (%s end)', async (how) => {
    api.put('a');
    const page = new Page(open());
    await page.live();
    api.put('b');
    await page.until(({ names }) => names.includes('b'));
    api.endWatches(how);
    api.put('c');
    api.remove('a');
    await page.until(({ names }) => names.join() === 'b,c');
    expect(api.requests.map((url) => url.searchParams.get('sendInitialEvents'))).toEqual(['true', null]);
    expect(api.requests[1]?.searchParams.get('resourceVersion')).toBe('102');
  });

  test('is resumed from the version of a bookmark', async () => {
    const page = new Page(open());
    await page.live();
    api.forget();
    api.bookmark();
    api.put('a');
    await page.until(({ names }) => names.includes('a'));
    api.endWatches('clean');
    api.put('b');
    await page.until(({ names }) => names.includes('b'));
    expect(api.requests).toHaveLength(2);
  });

  test('whose version the server has forgotten is listed again: rows stay meanwhile, then the missing go', async () => {
    api.put('stays', '1');
    api.put('goes');
    const page = new Page(open());
    await page.live();
    api.endWatches('broken');
    api.remove('goes');
    api.put('stays', '2');
    api.forget();
    await page.until(({ names }) => names.join() === 'stays2');
    await page.live();
    const kinds = api.requests.map((url) => (url.searchParams.has('sendInitialEvents') ? 'list' : 'watch'));
    expect(kinds).toEqual(['list', 'watch', 'list']);
    const rows = page.messages.map((message) => message.type === 'snapshot' && message.complete && message.rows.length);
    expect(rows.filter((each) => each !== false)).toEqual([2]);
  });

  test('answered by HTTP 410 is listed again too', async () => {
    const page = new Page(open());
    await page.live();
    api.tricks.push(refuse(410, 'Expired', 'too old'));
    api.put('a');
    api.endWatches('clean');
    api.remove('a');
    api.put('b');
    await page.until(({ names }) => names.join() === 'b' && api.requests.length === 3);
  });

  test('that is silent for too long is broken off and resumed', async () => {
    const page = new Page(open({ silence: 60 }));
    await page.live();
    api.blackHole = true;
    api.put('unheard');
    await page.until(({ state }) => state === 'reconnecting');
    api.blackHole = false;
    await page.until(({ names, state }) => names.includes('unheard') && state === 'live');
  });

  test('to a server that is down says since when, and goes on when it is back', async () => {
    api.put('a');
    const page = new Page(open());
    await page.live();
    const before = Date.now();
    await api.stop();
    await page.until(({ state }) => state === 'reconnecting');
    expect(page.messages.at(-1)?.freshness.since).toBeLessThanOrEqual(before);
    expect(page.names).toEqual(['a']);
    api.put('b');
    await api.start();
    await page.until(({ names, state }) => names.includes('b') && state === 'live');
  });
});

describe('a refusal', () => {
  const forbidden = refuse(403, 'Forbidden', 'images.kpack.io is forbidden');

  test('by a server that has just started is no missing permission', async () => {
    const page = new Page(open());
    await page.live();
    await api.stop();
    await page.until(({ state }) => state === 'reconnecting');
    api.tricks.push(forbidden, forbidden, forbidden);
    api.put('a');
    await api.start();
    await page.until(({ names }) => names.includes('a'));
    expect(page.messages.map((message) => message.freshness.state)).not.toContain('forbidden');
  });

  test('that lasts is a missing permission, asked again later', async () => {
    api.tricks.push(forbidden, forbidden, forbidden);
    const page = new Page(open());
    await page.until(({ state }) => state === 'forbidden');
    await page.live();
  });

  test('because the kind is not known shows nothing, and everything once it is', async () => {
    api.put('a');
    const notThere = (
      _: unknown,
      response: { writeHead: (code: number) => unknown; end: (text: string) => unknown },
    ) => {
      response.writeHead(404);
      response.end('404 page not found\n');
    };
    api.tricks.push(notThere, notThere);
    const page = new Page(open());
    await page.until(({ state }) => state === 'absent');
    expect(page.names).toEqual([]);
    await page.live();
    expect(page.names).toEqual(['a']);
  });

  test('with a time to wait is asked again after that time', async () => {
    const page = new Page(open());
    await page.live();
    api.tricks.push(refuse(429, 'TooManyRequests', 'slow down', { 'retry-after': '1' }));
    const before = Date.now();
    api.endWatches('clean');
    api.put('a');
    await page.until(({ names }) => names.includes('a'));
    expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
  });

  test('forgotten versions again and again do not make a loop without waits', async () => {
    const page = new Page(open({ backoff: [30] }));
    await page.live();
    const expired = refuse(410, 'Expired', 'too old');
    api.tricks.push(...Array.from({ length: 8 }, () => expired));
    const before = Date.now();
    api.endWatches('clean');
    api.put('a');
    await page.until(({ names }) => names.includes('a'));
    expect(Date.now() - before).toBeGreaterThanOrEqual(8 * 30 * 0.8);
  });
});

test('hurry ends a wait', async () => {
  const watcher = open({ backoff: [3_600_000] });
  const page = new Page(watcher);
  await page.live();
  await api.stop();
  await page.until(({ state }) => state === 'reconnecting');
  api.put('a');
  await api.start();
  watcher.hurry();
  await page.until(({ names, state }) => names.includes('a') && state === 'live');
});
