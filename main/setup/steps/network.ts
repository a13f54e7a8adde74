import { readFile } from 'node:fs/promises';
import { names } from '../../kind/names.ts';
import { freeSubnet, planOf, routedSubnets } from '../../kind/subnet.ts';
import { SetupProblem } from '../problem.ts';
import { named, type SetupStep } from './titles.ts';

/** The engine's network for kind. Made before kind makes it, so that addresses outside its pool can be fixed. */
export const networkStep: SetupStep = {
  id: 'network',
  ...named('setup.step_network', 'setup.does_network'),
  needs: ['engine'],
  usualMs: 400,
  isDone: async (world) => (await (await world.docker()).networks.find(names.network)) !== null,
  run: async (world, progress) => {
    const { networks } = await world.docker();
    const taken = (await networks.list()).flatMap((network) => network.subnets.map(({ subnet }) => subnet));
    // Routes of the engine's machine; the same as ours unless the engine is elsewhere. Not readable on every system.
    const routes = routedSubnets(await readFile('/proc/net/route', 'utf8').catch(() => ''));
    const subnet = freeSubnet([...taken, ...routes]);
    if (subnet === null) throw new SetupProblem({ key: 'setup.no_free_subnet' }, { evidence: [...taken, ...routes] });
    await networks.createBridge({
      name: names.network,
      subnet,
      ...planOf(subnet),
      labels: { [names.label]: 'network' },
      options: { 'com.docker.network.bridge.enable_ip_masquerade': 'true' },
    });
    progress.line(`network ${names.network}: ${subnet}`);
  },
};
