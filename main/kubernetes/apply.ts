import type { KubernetesClient, WriteOptions } from './client.ts';
import type { KubernetesObject } from './types.ts';

export interface ApplyOptions extends WriteOptions {
  readonly force?: boolean;
  /** Called after each object. */
  readonly onApplied?: (object: KubernetesObject, index: number, count: number) => void;
}

/** The objects of a multi-document YAML text in their order; empty documents are left out, `List`s are opened. */
export function readManifest(_yaml: string): KubernetesObject[] {
  throw new Error('not written yet');
}

/** Applies objects one after the other, server-side; stops at the first error. Kinds are found by discovery. */
export function applyObjects(
  _client: KubernetesClient,
  _objects: readonly KubernetesObject[],
  _options?: ApplyOptions,
): Promise<KubernetesObject[]> {
  throw new Error('not written yet');
}

/** `readManifest` and `applyObjects` in one. */
export function applyYaml(client: KubernetesClient, yaml: string, options?: ApplyOptions): Promise<KubernetesObject[]> {
  return applyObjects(client, readManifest(yaml), options);
}
