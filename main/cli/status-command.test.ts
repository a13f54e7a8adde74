import { expect, test } from 'vitest';
import { type MachineStatus } from '../../preload/contract/index.ts';
import { type Client } from './context.ts';
import { runLine, stream } from './fake-client.ts';

const machine: MachineStatus = {
  machine: 'attic',
  address: 'https://192.168.1.7:6443',
  parts: [{ id: 'engine', state: 'ok', label: { key: 'common.app' }, problem: null }],
  freshness: { state: 'live', since: 0 },
  ready: true,
  running: [],
};

function statusClient(values: MachineStatus[]): Client {
  return { app: { status: async () => Promise.resolve(stream(values)) } } as unknown as Client;
}

test('status waits for what is about to be known, and is 0 on a ready machine', async () => {
  const loading: MachineStatus = { ...machine, ready: false, freshness: { state: 'loading', since: 0 } };
  const { code, streams } = await runLine('status --json', statusClient([loading, machine]));
  expect(code).toBe(0);
  expect(streams.objects).toMatchObject([{ type: 'status', ready: true }]);
});

test('status is 1 with a problem, and says it', async () => {
  const ill: MachineStatus = {
    ...machine,
    parts: [{ id: 'kpack', state: 'problem', label: { key: 'common.app' }, problem: { key: 'common.copied' } }],
  };
  const { code, streams } = await runLine('status', statusClient([ill]));
  expect(code).toBe(1);
  expect(streams.out).toBe('attic\n✗ kpack Desktop\n  Copied\nKubernetes API: https://192.168.1.7:6443\n');
});
