import { localReference } from '../../bundle/rewrite.ts';
import type { SourceInfo } from '../../bundle/source.ts';
import { ensureReady, isReady, type ClusterObject } from '../../kpack/install/resources.ts';
import { kinds, type ResourceKind } from '../../kubernetes/resources.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import { SetupProblem } from '../problem.ts';
import type { SetupWorld } from '../world.ts';
import { named, type SetupStep } from './titles.ts';

/** Name of the secret with the registry's account; kpack and the node read it through the service account. */
export const registrySecret = 'registry-credentials';
const namespace = 'default';

/** The builder's lifecycle, which is part of kpack's release. */
export const lifecycleStep: SetupStep = {
  id: 'lifecycle',
  ...named('setup.step_lifecycle', 'setup.does_lifecycle'),
  needs: ['webhook'],
  usualMs: 1500,
  isDone: async (world, signal) =>
    isReady(await world.client(), kinds.clusterLifecycle, (await lifecycle(world, signal)).metadata.name, signal),
  run: async (world, _progress, signal) => {
    await ensureReady(await world.client(), kinds.clusterLifecycle, await lifecycle(world, signal), signal);
  },
};

export const stackStep = clusterObject(
  'stack',
  'setup.step_stack',
  'setup.does_stack',
  kinds.clusterStack,
  async (world, info, signal) => {
    const stack = required(info.stacks[0]);
    const [build, run] = await Promise.all([local(world, stack.build, signal), local(world, stack.run, signal)]);
    return { name: stack.name, spec: { id: stack.id, buildImage: { image: build }, runImage: { image: run } } };
  },
);

export const storeStep = clusterObject(
  'store',
  'setup.step_store',
  'setup.does_store',
  kinds.clusterStore,
  async (world, info, signal) => {
    const sources = await Promise.all(
      info.store.buildpackages.map(async (name) => ({ image: await local(world, name, signal) })),
    );
    return { name: info.store.name, spec: { sources } };
  },
);

export const builderStep: SetupStep = {
  ...clusterObject('builder', 'setup.step_builder', 'setup.does_builder', kinds.clusterBuilder, async (world, info) => {
    const builder = required(info.builders[0]);
    return {
      name: builder.name,
      spec: {
        tag: `${(await world.theRegistry()).name}/builders/${builder.name}`,
        stack: { kind: 'ClusterStack', name: builder.stack },
        store: { kind: 'ClusterStore', name: info.store.name },
        serviceAccountRef: { name: 'default', namespace },
        order: builder.order.map((group) => ({ group })),
      },
    };
  }),
  needs: ['lifecycle', 'stack', 'store', 'account'],
  usualMs: 2500,
};

/** The registry's account where images are made: a secret, and the service account that points at it. */
export const accountStep: SetupStep = {
  id: 'account',
  ...named('setup.step_account', 'setup.does_account'),
  needs: ['cluster', 'registry'],
  usualMs: 800,
  isDone: async (world, signal) => {
    const client = await world.client();
    const secret = await client.find<KubernetesObject & { data?: Record<string, string> }>(
      kinds.secret,
      { namespace, name: registrySecret },
      { signal },
    );
    const account = await client.find<ServiceAccount>(kinds.serviceAccount, { namespace, name: 'default' }, { signal });
    const config = Buffer.from(secret?.data?.['.dockerconfigjson'] ?? '', 'base64').toString();
    return (
      config.includes(`"${(await world.theRegistry()).name}"`) &&
      [account?.secrets, account?.imagePullSecrets].every(
        (list) => list?.some(({ name }) => name === registrySecret) === true,
      )
    );
  },
  run: async (world, _progress, signal) => {
    const client = await world.client();
    const { name } = await world.theRegistry();
    // The local registry asks for no account; an entry for its name is what a registry with one needs too.
    const auths = {
      [name]: { username: 'kpack', password: 'none', auth: Buffer.from('kpack:none').toString('base64') },
    };
    await client.apply(
      kinds.secret,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace, name: registrySecret },
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
      } as KubernetesObject,
      { signal },
    );
    const list = [{ name: registrySecret }];
    await client.apply(
      kinds.serviceAccount,
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { namespace, name: 'default' },
        secrets: list,
        imagePullSecrets: list,
      } as KubernetesObject,
      { signal },
    );
    await client.apply(kinds.configMap, hosting(name, (await world.theRegistry()).hostPort), { signal });
  },
};

interface ServiceAccount extends KubernetesObject {
  secrets?: { name: string }[];
  imagePullSecrets?: { name: string }[];
}

/** Tells other tools about the registry (https://github.com/kubernetes/enhancements/tree/master/keps/sig-cluster-lifecycle/generic/1755-communicating-a-local-registry). */
function hosting(name: string, hostPort: number): KubernetesObject {
  const text = `host: "127.0.0.1:${hostPort}"\nhostFromContainerRuntime: "${name}"\nhostFromClusterNetwork: "${name}"\n`;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'kube-public', name: 'local-registry-hosting' },
    data: { 'localRegistryHosting.v1': text },
  } as KubernetesObject;
}

type Describe = (world: SetupWorld, info: SourceInfo, signal: AbortSignal) => Promise<{ name: string; spec: object }>;

function clusterObject(
  id: string,
  title: 'setup.step_stack' | 'setup.step_store' | 'setup.step_builder',
  does: 'setup.does_stack' | 'setup.does_store' | 'setup.does_builder',
  kind: ResourceKind,
  describe: Describe,
): SetupStep {
  return {
    id,
    ...named(title, does),
    needs: ['webhook'],
    usualMs: 1500,
    isDone: async (world, signal) => {
      const { name } = await describe(world, await world.info(), signal);
      return isReady(await world.client(), kind, name, signal);
    },
    run: async (world, progress, signal) => {
      const { name, spec } = await describe(world, await world.info(), signal);
      const object: ClusterObject = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name }, spec };
      await ensureReady(await world.client(), kind, object, signal);
      progress.line(`${kind.kind} ${name}`);
    },
  };
}

async function lifecycle(world: SetupWorld, signal: AbortSignal): Promise<ClusterObject> {
  const object = required((await world.release(signal)).lifecycles[0]);
  return {
    ...object,
    spec: 'spec' in object && typeof object.spec === 'object' && object.spec !== null ? object.spec : {},
  };
}

async function local(world: SetupWorld, name: string, signal: AbortSignal): Promise<string> {
  const image = await (await world.source()).image(name, signal);
  return localReference((await world.theRegistry()).name, image.name, image.descriptor.digest);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new SetupProblem({ key: 'setup.source_incomplete' });
  return value;
}
