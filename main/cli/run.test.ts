import { ORPCError } from '@orpc/client';
import { expect, test, vi } from 'vitest';
import { type SetupPlan } from '../../preload/contract/index.ts';
import { done, fakeSetup, plan, running, runLine, state } from './fake-client.ts';
import { FakeStreams } from './fake-streams.ts';

test('setup without a terminal and without --yes changes nothing', async () => {
  const { client, calls } = fakeSetup({});
  const { code, streams } = await runLine('setup', client);
  expect(code).toBe(2);
  expect(streams.err).toContain('--yes');
  expect(calls.start).not.toHaveBeenCalled();
});

test('setup shows the plan, asks, and runs on yes', async () => {
  const { client, calls } = fakeSetup({});
  const { code, streams } = await runLine('setup', client, new FakeStreams(true, 'y\n'));
  expect(code).toBe(0);
  expect(calls.start).toHaveBeenCalledWith(plan.options);
  expect(streams.out).toContain('The Kubernetes API will listen on 192.168.1.7:6443');
  expect(streams.out).toContain('9.8 MB to fetch');
  expect(streams.out).toContain('Ready to build, 1:42 after the start.');
});

test('setup ends on no, with nothing changed', async () => {
  const { client, calls } = fakeSetup({});
  const { code, streams } = await runLine('setup', client, new FakeStreams(true, 'n\n'));
  expect(code).toBe(3);
  expect(calls.start).not.toHaveBeenCalled();
  expect(streams.out).toContain('Nothing was changed.');
});

test('the end of the input is a no', async () => {
  const { client, calls } = fakeSetup({});
  const streams = new FakeStreams(true);
  streams.endInput();
  expect((await runLine('setup', client, streams)).code).toBe(3);
  expect(calls.start).not.toHaveBeenCalled();
});

test('setup on a finished machine changes nothing and says so', async () => {
  const { client, calls } = fakeSetup({ plan: { ...plan, complete: true } });
  const { code, streams } = await runLine('setup --yes', client);
  expect(code).toBe(0);
  expect(calls.start).not.toHaveBeenCalled();
  expect(streams.out).toBe('Everything is in place at 192.168.1.7:6443. Nothing was changed.\n');
});

test('setup with a failed check says which and how to go on', async () => {
  const failed: SetupPlan = {
    ...plan,
    ready: false,
    engineChoices: ['docker'],
    checks: [
      {
        id: 'engine',
        state: 'failed',
        title: { key: 'common.app' },
        found: { key: 'common.images' },
        cause: { key: 'common.copied' },
        fixes: [],
      },
    ],
  };
  const { code, streams } = await runLine('setup --yes', fakeSetup({ plan: failed }).client);
  expect(code).toBe(1);
  expect(streams.err).toContain('One check failed.');
  expect(streams.err).toContain('Copied');
  expect(streams.err).toContain('kpack-desktop setup --install-engine docker');
});

test('without a terminal each change of a step is one line', async () => {
  const { streams } = await runLine('setup --yes', fakeSetup({}).client);
  const lines = streams.out.split('\n');
  expect(lines).toContain('0:01  kpack Desktop: started');
  expect(lines).toContain('1:42  kpack Desktop: 1.2 s');
});

test('on a terminal the progress is drawn over itself', async () => {
  const { streams } = await runLine('setup --yes', fakeSetup({}).client, new FakeStreams(true));
  expect(streams.out).toContain(' 30 %  0:01  about 0:42 left');
  expect(streams.out).toContain('████████████░░░░░░░░  60 %');
  expect(streams.out).toContain('\u001b[2A\u001b[J100 %  1:42');
});

test('with --json every line is an object: plan, states, result', async () => {
  const { code, streams } = await runLine('setup --yes --json', fakeSetup({}).client);
  expect(code).toBe(0);
  expect(streams.objects.map((object) => object['type'])).toEqual(['plan', 'state', 'state', 'result']);
  expect(streams.objects.at(-1)).toMatchObject({ phase: 'done', exitCode: 0, unchanged: false, elapsedMs: 102_000 });
});

test('a failure is told as cause, place, proof and ways on', async () => {
  const failed = state({
    phase: 'failed',
    failedStep: 'engine',
    verdict: {
      headline: { key: 'common.copied' },
      where: { key: 'common.images' },
      evidence: [{ line: 12, text: 'bind: address already in use' }],
      fixes: [{ id: 'use-port', label: { key: 'common.copy' }, primary: true, params: { port: '6444' } }],
      raw: '',
    },
  });
  const { code, streams } = await runLine('setup --yes', fakeSetup({ states: [failed] }).client);
  expect(code).toBe(1);
  expect(streams.out).toContain(
    '✗ Copied\n  Images\n  │ 12: bind: address already in use\nWays on:\n  → Copy: kpack-desktop setup --port 6444\n',
  );
});

test('a setup that runs elsewhere is its own exit code', async () => {
  const conflict = new ORPCError('CONFLICT', {
    defined: true,
    data: { cause: { key: 'common.copied' }, field: null, fixes: [], raw: '' },
  });
  const { code, streams, disposed } = await runLine(
    'setup --yes',
    fakeSetup({ start: async () => Promise.reject(conflict) }).client,
  );
  expect(code).toBe(4);
  expect(streams.err).toContain('Copied');
  expect(disposed).toBe(true);
});

test('Ctrl-C cancels and waits for the end', async () => {
  const stop = new AbortController();
  const { client, calls } = fakeSetup({
    watch: async function* () {
      yield running;
      stop.abort();
      await vi.waitFor(() => {
        expect(calls.cancel).toHaveBeenCalledOnce();
      });
      yield state({ phase: 'cancelled' });
    },
  });
  const { code, streams } = await runLine('setup --yes', client, new FakeStreams(false), stop.signal);
  expect(code).toBe(3);
  expect(streams.out).toContain('Cancelled.');
});

test('remove asks, and names the loss of the registry data', async () => {
  const { client, calls } = fakeSetup({ states: [done] });
  const { code, streams } = await runLine('remove --registry-data', client, new FakeStreams(true, 'y\n'));
  expect(code).toBe(0);
  expect(streams.out).toContain('They cannot be brought back.');
  expect(calls.remove).toHaveBeenCalledWith({ registryData: true });
});

test('the language of the terminal is used, and --language is stronger', async () => {
  const { streams } = await runLine('help --language ja', fakeSetup({}).client);
  expect(streams.out).toContain('終了コード');
});

test('a line that cannot be understood ends with 2 and opens nothing', async () => {
  const { code, streams, disposed } = await runLine('setup --prot 1', fakeSetup({}).client);
  expect(code).toBe(2);
  expect(streams.err).toContain('There is no option --prot here.');
  expect(disposed).toBe(false);
});
