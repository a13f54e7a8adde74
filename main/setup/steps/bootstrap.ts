import { kinds } from '../../kubernetes/resources.ts';
import type { SetupWorld } from '../world.ts';
import { named, type SetupStep } from './titles.ts';

/** Bindings by which kubeadm lets anybody with a bootstrap token become a node (kubeadm, cmd/kubeadm/app/phases/bootstraptoken/node). */
const bindings = ['kubeadm:kubelet-bootstrap', 'kubeadm:node-autoapprove-bootstrap'];

/**
 * Nobody can join as a node. kind's public token was never made (see the cluster's configuration); the random one that
 * stood in for it is deleted before its minute is over, and so are the bindings that would approve a newcomer.
 */
export const bootstrapStep: SetupStep = {
  id: 'bootstrap',
  ...named('setup.step_bootstrap', 'setup.does_bootstrap'),
  needs: ['cluster'],
  usualMs: 300,
  isDone: async (world, signal) => {
    const client = await world.client();
    const left = await Promise.all(bindings.map((name) => client.find(kinds.clusterRoleBinding, { name }, { signal })));
    return left.every((binding) => binding === null) && (await tokens(world, signal)).length === 0;
  },
  run: async (world, progress, signal) => {
    const client = await world.client();
    for (const name of await tokens(world, signal)) {
      await client.delete(kinds.secret, { namespace: 'kube-system', name }, { signal });
      progress.line('deleted a bootstrap token');
    }
    for (const name of bindings) {
      if (await client.delete(kinds.clusterRoleBinding, { name }, { signal })) progress.line(`deleted ${name}`);
    }
  },
};

async function tokens(world: SetupWorld, signal: AbortSignal): Promise<string[]> {
  const client = await world.client();
  const { items } = await client.list(kinds.secret, {
    namespace: 'kube-system',
    fieldSelector: 'type=bootstrap.kubernetes.io/token',
    signal,
  });
  return items.map(({ metadata }) => metadata?.name ?? '').filter((name) => name !== '');
}
