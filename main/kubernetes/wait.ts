import type { KubernetesClient } from './client.ts';
import type { ResourceKind, Where } from './resources.ts';
import type { Condition, KubernetesObject } from './types.ts';
import { Watcher } from './watch.ts';

/**
 * Waits until `test` is true of an object (which is null while it does not exist) and returns the
 * object. It looks through a watch, so it ends as soon as the server knows, and it survives lost
 * connections. Errors: the signal's reason, what `test` throws, a KubernetesError `forbidden`.
 */
export async function waitFor<T extends KubernetesObject>(
  client: KubernetesClient,
  kind: ResourceKind,
  where: Where & { name: string },
  test: (object: T | null) => boolean,
  signal: AbortSignal,
): Promise<T | null> {
  signal.throwIfAborted();
  const fieldSelector = `metadata.name=${where.name}`;
  const { promise, resolve, reject } = Promise.withResolvers<T | null>();
  const watcher = new Watcher<T, T>({
    client,
    kind,
    namespace: where.namespace,
    fieldSelector,
    project: (object) => object,
  });
  const look = () => {
    try {
      const object = watcher.rows.values().next().value ?? null;
      // Before the list is complete nothing can be said about what is not there.
      if ((object !== null || watcher.complete) && test(object)) resolve(object);
      else if (watcher.freshness.state === 'forbidden') reject(watcher.error ?? new Error('forbidden'));
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const aborted = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', aborted, { once: true });
  watcher.subscribe(look);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', aborted);
    watcher.dispose();
  }
}

/** What has conditions, as nearly everything does that a controller cares for. */
export interface Conditioned extends KubernetesObject {
  status?: { observedGeneration?: number; conditions?: Condition[] };
}

/** A condition, but only when the controller has seen the newest specification; else null. */
export function currentCondition(object: Conditioned, type: string): Condition | null {
  const { observedGeneration, conditions } = object.status ?? {};
  // Objects without an observed generation (CustomResourceDefinitions) speak of what is there.
  if (observedGeneration !== undefined && observedGeneration < (object.metadata?.generation ?? 0)) return null;
  return conditions?.find((each) => each.type === type) ?? null;
}

/** Waits until a condition is True and returns the object. Errors as for `waitFor`. */
export async function waitForCondition<T extends Conditioned>(
  client: KubernetesClient,
  kind: ResourceKind,
  where: Where & { name: string },
  type: string,
  signal: AbortSignal,
): Promise<T> {
  const isTrue = (object: T | null) => object !== null && currentCondition(object, type)?.status === 'True';
  const object = await waitFor<T>(client, kind, where, isTrue, signal);
  if (object === null) throw new Error('a missing object has no condition');
  return object;
}
