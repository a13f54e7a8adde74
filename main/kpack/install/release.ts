import { applyObjects, readManifest, type ApplyOptions, type Manifest } from '../../kubernetes/apply.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import { kinds } from '../../kubernetes/resources.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import { currentCondition, waitForCondition, type Conditioned } from '../../kubernetes/wait.ts';

/**
 * kpack's release in the order it has to be applied. As one file it fails on a fresh cluster: its ClusterLifecycle
 * comes with its own definition (https://github.com/buildpacks-community/kpack/issues/1855).
 */
export interface ReleaseParts {
  /** The namespace and the definitions of kpack's kinds. */
  readonly definitions: readonly Manifest[];
  readonly rest: readonly Manifest[];
  readonly lifecycles: readonly Manifest[];
}

/** Splits the release. Throws ManifestError. */
export function splitRelease(yaml: string): ReleaseParts {
  const objects = readManifest(yaml);
  const isDefinition = ({ kind }: Manifest) => kind === 'Namespace' || kind === 'CustomResourceDefinition';
  const isLifecycle = ({ kind }: Manifest) => kind === 'ClusterLifecycle';
  return {
    definitions: objects.filter(isDefinition),
    lifecycles: objects.filter(isLifecycle),
    rest: objects.filter((object) => !isDefinition(object) && !isLifecycle(object)),
  };
}

const deployments = ['kpack-controller', 'kpack-webhook'] as const;
const namespace = 'kpack';

/** All definitions of the release are there and established. */
export async function hasDefinitions(
  client: KubernetesClient,
  { definitions }: ReleaseParts,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await Promise.all(
    definitions
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map(({ metadata }) => client.find<Conditioned>(kinds.customResource, { name: metadata.name }, { signal })),
  );
  return found.every(
    (definition) => definition !== null && currentCondition(definition, 'Established')?.status === 'True',
  );
}

/** Applies the definitions and waits until the API serves them. Throws KubernetesError. */
export async function applyDefinitions(
  client: KubernetesClient,
  { definitions }: ReleaseParts,
  options: ApplyOptions & { signal: AbortSignal },
): Promise<void> {
  await applyObjects(client, definitions, options);
  await Promise.all(
    definitions
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map(({ metadata }) =>
        waitForCondition(client, kinds.customResource, { name: metadata.name }, 'Established', options.signal),
      ),
  );
}

interface Deployment extends Conditioned {
  spec?: { template?: { spec?: { containers?: { image?: string }[] } } };
}

/** Both deployments run the images of this release. */
export async function hasControllers(
  client: KubernetesClient,
  { rest }: ReleaseParts,
  signal: AbortSignal,
): Promise<boolean> {
  const running = await Promise.all(
    deployments.map(async (name) => {
      const wanted = rest.find((object) => object.kind === 'Deployment' && object.metadata.name === name) as
        Deployment | undefined;
      const found = await client.find<Deployment>(kinds.deployment, { namespace, name }, { signal });
      return (
        found !== null && imageOf(found) === imageOf(wanted) && currentCondition(found, 'Available')?.status === 'True'
      );
    }),
  );
  return running.every(Boolean);
}

/** Applies everything but the lifecycle and waits until both deployments are available. Throws KubernetesError. */
export async function applyControllers(
  client: KubernetesClient,
  { rest }: ReleaseParts,
  options: ApplyOptions & { signal: AbortSignal },
): Promise<void> {
  await applyObjects(client, rest, options);
  await Promise.all(
    deployments.map((name) =>
      waitForCondition(client, kinds.deployment, { namespace, name }, 'Available', options.signal),
    ),
  );
}

function imageOf(deployment: Deployment | undefined): string | undefined {
  return deployment?.spec?.template?.spec?.containers?.[0]?.image;
}

/**
 * The webhook answers. Proof is that an invalid object is denied by it: "Available" says nothing, since its pod has no
 * probe, and a valid object passes as long as the API server does not know the webhook's rules yet. Nothing is stored.
 */
export async function webhookAnswers(client: KubernetesClient, signal: AbortSignal): Promise<boolean> {
  const invalid: KubernetesObject & { spec: object } = {
    apiVersion: kinds.clusterStack.apiVersion,
    kind: kinds.clusterStack.kind,
    metadata: { name: 'kpack-desktop-probe' },
    spec: { id: 'probe', buildImage: { image: 'x' }, runImage: { image: 'x' } },
  };
  try {
    await client.create(kinds.clusterStack, invalid, { dryRun: true, signal });
    return false;
  } catch (error) {
    signal.throwIfAborted();
    return isKubernetesError(error, 'denied-by-webhook');
  }
}
