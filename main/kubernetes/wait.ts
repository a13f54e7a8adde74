import type { KubernetesClient } from './client.ts';
import type { ResourceKind, Where } from './resources.ts';
import type { Condition, KubernetesObject } from './types.ts';

/**
 * Waits until `test` returns something for an object (null while it does not exist) and returns that.
 * Looks through a watch, so it answers as soon as the server knows. Survives lost connections; ends
 * with the signal's reason. What `test` throws ends the wait.
 */
export function waitFor<R, T extends KubernetesObject = KubernetesObject>(
  _client: KubernetesClient,
  _kind: ResourceKind,
  _where: Where & { name: string },
  _test: (object: T | null) => R | null | undefined,
  _signal: AbortSignal,
): Promise<R> {
  throw new Error('not written yet');
}

/** A condition of an object that was observed at its newest generation, else null. */
export function currentCondition(
  _object: { metadata?: { generation?: number }; status?: { observedGeneration?: number; conditions?: Condition[] } },
  _type: string,
): Condition | null {
  throw new Error('not written yet');
}

/** Waits until a condition is True. */
export function waitForCondition<T extends KubernetesObject>(
  _client: KubernetesClient,
  _kind: ResourceKind,
  _where: Where & { name: string },
  _type: string,
  _signal: AbortSignal,
): Promise<T> {
  throw new Error('not written yet');
}
