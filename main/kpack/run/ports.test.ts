import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { containerPort, freePort, isFree } from './ports.ts';
import { engineReference } from './reference.ts';

describe('the port of an application', () => {
  const image = { exposedPorts: [3000, 9000], env: ['PATH=/bin', 'PORT=5000'] };

  it.each([
    [image, [{ name: 'PORT', value: '7000' }], 7000],
    [image, [{ name: 'PORT', value: 'web' }], 3000],
    [image, [], 3000],
    [{ ...image, exposedPorts: [] }, [], 5000],
    [{ exposedPorts: [], env: [] }, [], 8080],
  ])('%j %j', (from, env, expected) => {
    expect(containerPort(from, env)).toBe(expected);
  });
});

describe('ports of this machine', () => {
  it('one that is listened on is not free, and another is proposed', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      }),
    );
    expect(await isFree(port)).toBe(false);
    expect(await freePort(port)).not.toBe(port);
    await new Promise((resolve) => server.close(resolve));
    expect(await isFree(port)).toBe(true);
  });
});

describe('the name by which the engine pulls', () => {
  const registry = { cluster: '172.30.255.10:5000', host: '127.0.0.1:5001' };
  const digest = `sha256:${'a'.repeat(64)}`;

  it.each([
    [`172.30.255.10:5000/apps/web@${digest}`, `127.0.0.1:5001/apps/web@${digest}`],
    [`172.30.255.10:5000/apps/web:b1@${digest}`, `127.0.0.1:5001/apps/web@${digest}`],
    ['172.30.255.10:5000/apps/web:b1', '127.0.0.1:5001/apps/web:b1'],
    [`ghcr.io/me/web@${digest}`, `ghcr.io/me/web@${digest}`],
  ])('%s', (image, expected) => {
    expect(engineReference(image, registry)).toBe(expected);
  });

  it('is the same when the registry is not published on this machine', () => {
    expect(engineReference(`172.30.255.10:5000/apps/web@${digest}`, { ...registry, host: null })).toBe(
      `172.30.255.10:5000/apps/web@${digest}`,
    );
  });
});
