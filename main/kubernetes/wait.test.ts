import { afterEach, beforeEach, expect, test } from 'vitest';
import { accessTo, refuse, StandInApi } from '../../test/standin/kubernetes-api.ts';
import { KubernetesClient } from './client.ts';
import { kinds } from './resources.ts';
import { currentCondition, waitFor } from './wait.ts';

let api: StandInApi;
let client: KubernetesClient;
const where = { namespace: 'default', name: 'web' };
const forever = new AbortController().signal;

beforeEach(async () => {
  api = new StandInApi();
  await api.start();
  client = new KubernetesClient(accessTo(api));
});

afterEach(async () => {
  await client.dispose();
  await api.stop();
});

test('ends as soon as the object is as wished', async () => {
  api.put('web', 'no');
  const found = waitFor(client, kinds.image, where, (object) => object?.metadata?.labels?.['value'] === 'yes', forever);
  api.put('web', 'yes');
  expect((await found)?.metadata?.labels).toEqual({ value: 'yes' });
  expect(api.requests[0]?.searchParams.get('fieldSelector')).toBe('metadata.name=web');
});

test('waits for an object to come and to go', async () => {
  const came = waitFor(client, kinds.image, where, (object) => object !== null, forever);
  api.put('web');
  expect((await came)?.metadata?.name).toBe('web');
  const gone = waitFor(client, kinds.image, where, (object) => object === null, forever);
  api.remove('web');
  expect(await gone).toBeNull();
});

test('ends with the reason of its signal', async () => {
  const stop = new AbortController();
  const waiting = waitFor(client, kinds.image, where, () => false, stop.signal);
  stop.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
});

test('ends with what the test throws', async () => {
  api.put('web');
  const failed = () => {
    throw new Error('failed for good');
  };
  await expect(waitFor(client, kinds.image, where, failed, forever)).rejects.toThrow('failed for good');
});

test('ends when there is no permission to look', async () => {
  const forbidden = refuse(403, 'Forbidden', 'no');
  api.tricks.push(forbidden, forbidden, forbidden);
  const waiting = waitFor(client, kinds.image, where, () => false, forever);
  await expect(waiting).rejects.toMatchObject({ kind: 'forbidden' });
});

test('a condition counts only when the newest generation was observed', () => {
  const conditions = [{ type: 'Ready', status: 'True' as const }];
  const object = (generation: number, observedGeneration?: number) => ({
    metadata: { name: 'x', generation },
    status: { observedGeneration, conditions },
  });
  expect(currentCondition(object(2, 2), 'Ready')?.status).toBe('True');
  expect(currentCondition(object(2, 1), 'Ready')).toBeNull();
  expect(currentCondition(object(2), 'Ready')?.status).toBe('True');
  expect(currentCondition(object(2, 2), 'Other')).toBeNull();
});
