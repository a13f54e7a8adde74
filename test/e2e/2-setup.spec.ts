import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { fromOutside, publicToken } from './support/attack.ts';
import { jsonLines, Machine } from './support/machine.ts';
import { Product } from './support/product.ts';
import { SetupRun, stepIn } from './support/setup-run.ts';

/** Setup and removal through the command line, on the real engine. */
test.describe.configure({ mode: 'serial' });

const machine = new Machine();
let home = '';
let product: Product;

test.beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'kpack-desktop-e2e-'));
  product = new Product(home, machine.env);
  await machine.wipe();
});

test.afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

test('setup killed after each step and in the middle of the cluster carries on to a Ready builder', async () => {
  const steps = [
    'network',
    'registry',
    'images',
    'node-image',
    'cluster (middle)',
    'cluster',
    'trust',
    'bootstrap',
    'account',
    'kpack-definitions',
    'kpack',
    'webhook',
    'lifecycle',
    'stack',
    'store',
  ];
  for (const name of steps) {
    const id = name.split(' ')[0] ?? name;
    const run = new SetupRun(product, machine);
    const reached = await run.until((state) => {
      const step = state.steps.find((each) => each.id === id);
      if (name.endsWith('(middle)')) return step?.detail?.key === 'setup.kind_control_plane';
      return step?.state === 'done';
    });
    expect(
      reached || (await run.code()) === 0,
      `setup came to the end of ${name}: ${JSON.stringify(run.last?.verdict)}`,
    ).toBe(true);
    await run.kill();
  }
  const last = new SetupRun(product, machine);
  expect(await last.code()).toBe(0);
  const builder = JSON.parse(await machine.kubectl(home, 'get', 'clusterbuilder', 'base', '-o', 'json')) as {
    status: { conditions: { type: string; status: string }[] };
  };
  expect(builder.status.conditions.find(({ type }) => type === 'Ready')?.status).toBe('True');
});

test('setup of a finished machine changes nothing and says so within five seconds', async () => {
  const start = performance.now();
  const { code, stdout } = await product.cli(['setup', '--yes', '--json', '--bundle', machine.bundle]);
  expect(code).toBe(0);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(jsonLines(stdout).find(({ type }) => type === 'result')).toMatchObject({ phase: 'done', unchanged: true });
});

test('the public bootstrap token is worth nothing to somebody on the network', async () => {
  const server = await machine.kubectl(
    home,
    'config',
    'view',
    '--minify',
    '-o',
    'jsonpath={.clusters[0].cluster.server}',
  );
  const reachable = await fromOutside(machine, server, '/version', { token: '' });
  expect(reachable.status, 'the API answers from the other namespace').toBe(200);
  const request = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' };
  for (const attempt of [
    '/api/v1/nodes/kpack-desktop-control-plane',
    '/api/v1/namespaces/kube-system/configmaps/kubeadm-config',
  ]) {
    expect((await fromOutside(machine, server, attempt, { token: publicToken })).status, attempt).toBe(401);
  }
  const csr = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  expect((await fromOutside(machine, server, csr, { token: publicToken, body: request })).status).toBe(401);
  const secrets = await machine.kubectl(
    home,
    '-n',
    'kube-system',
    'get',
    'secrets',
    '--field-selector',
    'type=bootstrap.kubernetes.io/token',
    '-o',
    'name',
  );
  expect(secrets).toBe('');
});

test('a new bootstrap token of the same kind is not enough to become a node', async () => {
  const token = (
    await machine.docker('exec', 'kpack-desktop-control-plane', 'kubeadm', 'token', 'create', '--ttl', '2m')
  ).trim();
  const server = await machine.kubectl(
    home,
    'config',
    'view',
    '--minify',
    '-o',
    'jsonpath={.clusters[0].cluster.server}',
  );
  const csr = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const answer = await fromOutside(machine, server, csr, {
    token,
    body: {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'intruder' },
      spec: {},
    },
  });
  expect(answer.status, 'known to the API, but without the right to ask for a certificate').toBe(403);
  await machine.docker('exec', 'kpack-desktop-control-plane', 'kubeadm', 'token', 'delete', token);
});

test('a node that was stopped is started, not replaced', async () => {
  const before = await machine.docker('inspect', '-f', '{{.Id}}', 'kpack-desktop-control-plane');
  await machine.docker('stop', '-t', '5', 'kpack-desktop-control-plane');
  const { code } = await product.cli(['setup', '--yes', '--json', '--bundle', machine.bundle]);
  expect(code).toBe(0);
  expect(await machine.docker('inspect', '-f', '{{.Id}}', 'kpack-desktop-control-plane')).toBe(before);
});

test('remove takes away exactly what setup made, and keeps the data of the registry', async () => {
  await machine.docker('volume', 'create', 'somebody-elses');
  const { code } = await product.cli(['remove', '--yes', '--json']);
  expect(code).toBe(0);
  expect(await machine.docker('ps', '-aq', '--filter', 'name=kpack-desktop')).toBe('');
  expect(await machine.docker('network', 'ls', '-q', '--filter', 'name=^kind$')).toBe('');
  const volumes = (await machine.docker('volume', 'ls', '-q')).split('\n');
  expect(volumes).toEqual(expect.arrayContaining(['kpack-desktop-registry', 'somebody-elses']));
  expect((await product.cli(['remove', '--yes', '--json', '--registry-data'])).code).toBe(0);
  expect((await machine.docker('volume', 'ls', '-q')).split('\n')).not.toContain('kpack-desktop-registry');
  await machine.docker('volume', 'rm', 'somebody-elses');
});

test('of two setups at once the second names the first and leaves it alone', async () => {
  const first = new SetupRun(product, machine);
  await first.until((state) => stepIn(state, 'engine') === 'done');
  const second = await product.cli(['setup', '--yes', '--bundle', machine.bundle]);
  expect(second.code).toBe(4);
  expect(second.stderr + second.stdout).toMatch(/\b\d{2,}\b/);
  await first.kill();
});
