import { EventEmitter, once } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { type ContractRouterClient } from '@orpc/contract';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { type Contract } from '../../preload/contract/index.ts';

/** What a utility process has instead of `parentPort`; https://www.electronjs.org/docs/latest/api/parent-port */
class FakeParent extends EventEmitter {
  postMessage(message: unknown): void {
    this.emit('told', message);
  }
}

test('the backend answers a page through the port that is handed to it', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'window-'));
  vi.stubEnv('KPACK_DESKTOP_HOME', home);
  const parent = new FakeParent();
  Object.assign(process, { parentPort: parent });
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as () => never);
  const told = once(parent, 'told');
  await import('./backend.ts');
  expect(await told).toEqual([{ type: 'ready' }]);

  const { port1, port2 } = new MessageChannel();
  // Electron's ports tell `{ data }` as an event; Node's tell the value itself.
  const page = {
    on: (name: string, listener: (event: object) => void) => port1.on(name, (data: unknown) => listener({ data })),
    postMessage: (data: unknown) => port1.postMessage(data),
    start: () => port1.start(),
  };
  parent.emit('message', { data: { type: 'page' }, ports: [page] });
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 }));
  port2.start();
  expect(await client.app.info()).toMatchObject({ host: 'desktop', dataFolder: home });

  parent.emit('message', { data: { type: 'dispose' }, ports: [] });
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(0));
  port2.close();
});
