import { expect, test } from 'vitest';
import { accessTo, refuse, StandInApi, type Thing } from '../../test/standin/kubernetes-api.ts';
import { LivePage } from '../../test/standin/live-page.ts';
import { KubernetesClient } from './client.ts';
import { kinds } from './resources.ts';
import { Watcher } from './watch.ts';

interface Row {
  uid: string;
  name: string;
  value: string;
}

/** A small generator of numbers that are the same each time (a linear congruential one). */
function random(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const timing = { backoff: [1, 2], afterCleanEnd: 1, batch: 1, silence: 2000, absent: 2, forbidden: 2 };

/** Whatever happens to the stream, a page ends up with exactly what the server has. */
test.each(Array.from({ length: 20 }, (_, seed) => seed))('random faults, seed %i', async (seed) => {
  const pick = random(seed);
  const api = new StandInApi();
  api.streamingLists = seed % 4 !== 0;
  await api.start();
  const client = new KubernetesClient(accessTo(api));
  const project = ({ metadata }: Thing): Row => {
    return { uid: metadata.uid ?? '', name: metadata.name, value: metadata.labels?.['value'] ?? '' };
  };
  const watcher = new Watcher<Row, Thing>({ client, kind: kinds.image, project, timing });
  const page = new LivePage<Row>(watcher, (row) => row.uid);
  const truth = new Map<string, string>();
  for (let round = 0; round < 120; round += 1) {
    const name = `image-${pick(30)}`;
    if (pick(3) === 0) {
      api.remove(name);
      truth.delete(name);
    } else {
      api.put(name, String(round));
      truth.set(name, String(round));
    }
    const fault = pick(30);
    if (fault < 3) api.endWatches(fault === 0 ? 'clean' : 'broken');
    if (fault === 3) api.forget();
    if (fault === 4) api.bookmark();
    if (fault === 5) api.tricks.push(refuse(pick(2) === 0 ? 410 : 503, 'Expired', 'no'));
    if (fault === 6) {
      await api.stop();
      await api.start();
    }
    if (fault > 20) await new Promise((resolve) => setImmediate(resolve));
  }
  const shown = () => [...page.rows.values()].map(({ name, value }) => `${name}=${value}`).sort();
  const wanted = [...truth].map(([name, value]) => `${name}=${value}`).sort();
  await page.until(({ state }) => state === 'live' && shown().join() === wanted.join());
  expect(shown()).toEqual(wanted);
  watcher.dispose();
  await client.dispose();
  await api.stop();
});
