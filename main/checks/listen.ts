import { names } from '../kind/names.ts';
import { nodeFacts } from '../kind/node.ts';
import { localAddresses } from './addresses.ts';
import { failed, ok, type MachineCheck } from './check.ts';
import { freePort, isFree } from './port.ts';

/** The chosen address is one of this machine's. */
export const addressCheck: MachineCheck = {
  id: 'address',
  title: { key: 'checks.address' },
  run: ({ options, search }) => {
    const { address } = options;
    const addresses = localAddresses();
    const found = { key: 'checks.address_found', params: { address } } as const;
    // An engine elsewhere has addresses that we cannot see.
    if (search.engines[0]?.docker.local === false || addresses.some((candidate) => candidate.address === address))
      return Promise.resolve(ok(found));
    const best = addresses.find(({ recommended }) => recommended)?.address ?? '127.0.0.1';
    return Promise.resolve(
      failed(found, { key: 'checks.address_foreign', params: { address } }, [
        {
          id: 'use-address',
          label: { key: 'checks.fix_use_address', params: { address: best } },
          primary: true,
          params: { address: best },
        },
      ]),
    );
  },
};

/** Nothing else listens on the chosen port, unless it is our own cluster. */
export const portCheck: MachineCheck = {
  id: 'port',
  title: { key: 'checks.port' },
  run: async ({ options, search }) => {
    const engine = search.engines[0];
    if (engine?.docker.local !== true) return null;
    const { address, port } = options;
    const ours = await nodeFacts(engine.docker).catch(() => null);
    const found = { key: 'checks.port_found', params: { address, port } } as const;
    if (ours?.port === port && ours.address === address)
      return ok({ key: 'checks.port_ours', params: { port, name: names.cluster } });
    const local = localAddresses().some((candidate) => candidate.address === address);
    if (!local || (await isFree(address, port))) return ok(found);
    const next = String(await freePort(address, port + 1));
    return failed(found, { key: 'checks.port_taken', params: { address, port } }, [
      {
        id: 'use-port',
        label: { key: 'checks.fix_use_port', params: { port: next } },
        primary: true,
        params: { port: next },
      },
    ]);
  },
};
