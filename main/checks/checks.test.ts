import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { BundleError } from '../bundle/errors.ts';
import type { Engine } from '../docker/engine.ts';
import { DockerError } from '../docker/errors.ts';
import { defaultInterface, localAddresses } from './addresses.ts';
import { ok, type CheckedMachine } from './check.ts';
import { runChecks } from './checks.ts';
import { engineCheck } from './engine.ts';
import { addressCheck } from './listen.ts';
import { freePort, isFree } from './port.ts';
import { freeBytes, memoryCheck } from './resources.ts';
import { cgroupCheck } from './kernel.ts';
import { sourceCheck } from './source.ts';

const candidate = {
  source: 'socket' as const,
  name: 'Docker',
  host: 'unix:///var/run/docker.sock',
  certificates: null,
  chosen: false,
};

function machine(info: Partial<Engine['info']> | null, change: Partial<CheckedMachine> = {}): CheckedMachine {
  const engine = {
    candidate,
    docker: { local: true },
    info: { version: '28.2.2', os: 'linux', cpus: 2, rootless: false, cgroup: '2', memory: 8e9, ...info },
  } as unknown as Engine;
  return {
    search:
      info === null
        ? { engines: [], failures: [{ candidate, error: new DockerError('not-running', 'ENOENT') }] }
        : { engines: [engine], failures: [] },
    options: {
      source: { kind: 'internet' },
      address: '127.0.0.1',
      port: 6443,
      installEngine: null,
      replaceCluster: false,
    },
    dataFolder: '/tmp',
    source: new BundleError('missing', '/nowhere', 'not there'),
    ...change,
  };
}

describe('checks of the machine', () => {
  it('wants an engine that is new enough and runs Linux containers', async () => {
    expect(await engineCheck.run(machine({}))).toMatchObject({ state: 'ok' });
    expect(await engineCheck.run(machine({ version: '19.03.5' }))).toMatchObject({
      state: 'failed',
      cause: { key: 'checks.engine_old' },
    });
    expect(await engineCheck.run(machine({ version: '20.10.24' }))).toMatchObject({ state: 'ok' });
    expect(await engineCheck.run(machine({ os: 'windows' }))).toMatchObject({
      state: 'failed',
      cause: { key: 'checks.engine_windows' },
    });
    expect(await engineCheck.run(machine({ rootless: true, cgroup: '1' }))).toMatchObject({ state: 'failed' });
    expect(await engineCheck.run(machine(null))).toMatchObject({
      state: 'failed',
      cause: { key: 'checks.engine_absent', params: { count: 1 } },
    });
  });

  it('says when the user chose an engine that does not answer', async () => {
    const chosen = { ...candidate, name: 'DOCKER_HOST', chosen: true };
    const search = { engines: [], failures: [{ candidate: chosen, error: new DockerError('not-running', 'x') }] };
    expect(await engineCheck.run(machine(null, { search }))).toMatchObject({
      cause: { key: 'checks.engine_chosen_silent' },
    });
  });

  it('judges memory and cgroup', async () => {
    expect(await memoryCheck.run(machine({ memory: 1.5e9 }))).toMatchObject({ state: 'failed' });
    expect(await memoryCheck.run(machine({ memory: 3e9 }))).toMatchObject({ state: 'warning' });
    expect(await cgroupCheck.run(machine({ cgroup: '1' }))).toMatchObject({
      state: 'warning',
      cause: { key: 'checks.cgroup_old' },
    });
  });

  it('names what is wrong with a bundle', async () => {
    expect(await sourceCheck.run(machine({}))).toMatchObject({
      state: 'failed',
      cause: { key: 'checks.source_missing', params: { subject: '/nowhere' } },
    });
    const other = machine({}, { source: new BundleError('other-platform', 'linux/arm64', 'x') });
    expect(await sourceCheck.run(other)).toMatchObject({
      cause: { key: 'checks.source_platform', params: { subject: 'linux/arm64' } },
    });
  });

  it('refuses an address of another machine and offers one of this', async () => {
    const foreign = machine({});
    const result = await addressCheck.run({ ...foreign, options: { ...foreign.options, address: '203.0.113.77' } });
    expect(result).toMatchObject({ state: 'failed', fixes: [{ id: 'use-address' }] });
    expect(await addressCheck.run(foreign)).toMatchObject({ state: 'ok' });
  });

  it('lets no check hang or break the others', async () => {
    const hangs = {
      id: 'hangs',
      title: { key: 'checks.disk' as const },
      run: () => new Promise<never>(() => undefined),
    };
    const breaks = {
      id: 'breaks',
      title: { key: 'checks.disk' as const },
      run: () => Promise.reject(new Error('oops')),
    };
    const fine = {
      id: 'fine',
      title: { key: 'checks.disk' as const },
      run: () => Promise.resolve(ok({ key: 'checks.unknown' })),
    };
    const results = await runChecks(machine({}), 30, [hangs, breaks, fine]);
    expect(results.map(({ id, state, cause }) => [id, state, cause?.key])).toEqual([
      ['hangs', 'warning', 'checks.too_slow'],
      ['breaks', 'warning', 'checks.broke'],
      ['fine', 'ok', undefined],
    ]);
  });
});

describe('addresses and ports', () => {
  const routes = 'Iface\tDestination\tGateway\neth1\t00000000\t0101A8C0\n';
  const card = (address: string) => [
    { address, family: 'IPv4', internal: false, netmask: '', mac: '', cidr: null } as const,
  ];

  it('proposes the address of the default route and leaves container networks out', () => {
    expect(defaultInterface(routes)).toBe('eth1');
    const addresses = localAddresses(
      { eth0: card('10.0.0.5'), eth1: card('192.168.1.5'), docker0: card('172.17.0.1') },
      routes,
    );
    expect(addresses.map(({ address, recommended }) => `${address}${recommended ? '*' : ''}`)).toEqual([
      '192.168.1.5*',
      '10.0.0.5',
      '127.0.0.1',
      '0.0.0.0',
    ]);
  });

  it('proposes this computer alone where there is no network', () => {
    expect(localAddresses({}, '').find(({ recommended }) => recommended)?.address).toBe('127.0.0.1');
  });

  it('steps over a port that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await isFree('127.0.0.1', port)).toBe(false);
    expect(await freePort('127.0.0.1', port)).toBeGreaterThan(port);
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells the free space of a folder that will be made', async () => {
    expect(await freeBytes('/tmp/not/there/yet')).toBeGreaterThan(0);
  });
});
