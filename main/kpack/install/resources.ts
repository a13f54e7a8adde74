import type { KubernetesClient } from '../../kubernetes/client.ts';
import { kinds, type ResourceKind } from '../../kubernetes/resources.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import { currentCondition, waitFor, type Conditioned } from '../../kubernetes/wait.ts';

/** A cluster-wide kpack object that setup makes when it is missing. One that exists is its owner's, whatever it says. */
export type ClusterObject = KubernetesObject & {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: object;
};

/** kpack says why in the message; Ready is about the newest specification. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly object: string;

  constructor(object: string, message: string) {
    super(message);
    this.object = object;
  }
}

/** The object is there, Ready, and (for builders) up to date. */
export async function isReady(
  client: KubernetesClient,
  kind: ResourceKind,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await client.find<Conditioned>(kind, { name }, { signal });
  return found !== null && ready(found);
}

/**
 * Makes the object if it is missing and waits until kpack has made it Ready. After a failure it is tried again once:
 * kpack does not retry most errors by itself, only when the object changes
 * (https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/reconciler/network_error_reconciler.go).
 * Throws NotReadyError with kpack's message, KubernetesError, or the signal's reason.
 */
export async function ensureReady(
  client: KubernetesClient,
  kind: ResourceKind,
  object: ClusterObject,
  signal: AbortSignal,
): Promise<void> {
  const { name } = object.metadata;
  const existing = await client.find<Conditioned>(kind, { name }, { signal });
  if (existing === null) await client.apply(kind, object, { signal });
  else if (problem(existing) !== null) await poke(client, kind, name, signal);
  const first = await settled(client, kind, name, signal);
  if (first === null) return;
  await poke(client, kind, name, signal);
  const second = await settled(client, kind, name, signal);
  if (second !== null) throw new NotReadyError(`${kind.kind} ${name}`, second);
}

/** Makes kpack look again: any change of the object does. */
async function poke(client: KubernetesClient, kind: ResourceKind, name: string, signal: AbortSignal): Promise<void> {
  await client.mergePatch(
    kind,
    { name },
    { metadata: { annotations: { 'kpack-desktop/looked-again': new Date().toISOString() } } },
    { signal },
  );
}

/** Waits until kpack has decided; null when it is ready, else its message. */
async function settled(
  client: KubernetesClient,
  kind: ResourceKind,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const both = AbortSignal.any([signal, AbortSignal.timeout(120_000)]);
  try {
    const object = await waitFor<Conditioned>(
      client,
      kind,
      { name },
      (found) => found !== null && (ready(found) || problem(found) !== null),
      both,
    );
    return object === null || ready(object) ? null : problem(object);
  } catch (error) {
    signal.throwIfAborted();
    if (both.aborted) return 'kpack did not decide within two minutes';
    throw error;
  }
}

function ready(object: Conditioned): boolean {
  const upToDate = currentCondition(object, 'UpToDate');
  return currentCondition(object, 'Ready')?.status === 'True' && (upToDate === null || upToDate.status === 'True');
}

/** kpack's reason why it is not ready, null while it is or is being worked on. */
function problem(object: Conditioned): string | null {
  // A builder tells the truth in UpToDate; Ready only says that some image of it exists.
  for (const type of ['UpToDate', 'Ready']) {
    const condition = currentCondition(object, type);
    if (condition?.status === 'False' && (condition.message ?? '') !== '') return condition.message ?? '';
  }
  return null;
}

/** The kind of a builder's parts and of the builder itself, for callers outside. */
export const clusterKinds = {
  stack: kinds.clusterStack,
  store: kinds.clusterStore,
  lifecycle: kinds.clusterLifecycle,
  builder: kinds.clusterBuilder,
} as const;
