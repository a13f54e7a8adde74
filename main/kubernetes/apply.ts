import { parseAllDocuments } from 'yaml';
import type { KubernetesClient, WriteOptions } from './client.ts';
import { Discovery } from './discovery.ts';
import type { KubernetesObject } from './types.ts';

export interface ApplyOptions extends WriteOptions {
  /** Take over fields that others own; the default. */
  readonly force?: boolean;
  /** Told after each object, `done` of `count`. */
  readonly onApplied?: (object: KubernetesObject, done: number, count: number) => void;
}

/** An object that says what it is. */
export type Manifest = KubernetesObject & { apiVersion: string; kind: string; metadata: { name: string } };

/** A YAML text that holds something else than Kubernetes objects. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/**
 * The objects of a YAML text with one or many documents, in their order. Empty documents are left
 * out, `List`s are opened. Errors: ManifestError.
 */
export function readManifest(yaml: string): Manifest[] {
  return [...parseAllDocuments(yaml)].flatMap((document) => {
    const mistake = document.errors[0];
    if (mistake) throw new ManifestError(mistake.message);
    return objectsOf(document.toJS());
  });
}

function objectsOf(value: unknown): Manifest[] {
  if (value === null || value === undefined) return [];
  if (isList(value)) return value.items.flatMap(objectsOf);
  if (!isManifest(value)) throw new ManifestError('a document without apiVersion, kind or metadata.name');
  return [value];
}

function isList(value: unknown): value is { items: unknown[] } {
  const isNamedList = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'List';
  return isNamedList && 'items' in value && Array.isArray(value.items);
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  if (!('apiVersion' in value && typeof value.apiVersion === 'string')) return false;
  if (!('kind' in value && typeof value.kind === 'string')) return false;
  if (!('metadata' in value && typeof value.metadata === 'object' && value.metadata !== null)) return false;
  return 'name' in value.metadata && typeof value.metadata.name === 'string';
}

/**
 * Applies objects one after the other, server-side, and returns what the server made of them. Stops
 * at the first error. Objects that name no namespace but need one go to the context's.
 */
export async function applyObjects(
  client: KubernetesClient,
  objects: readonly Manifest[],
  options: ApplyOptions = {},
): Promise<KubernetesObject[]> {
  const discovery = new Discovery(client);
  const applied: KubernetesObject[] = [];
  for (const object of objects) {
    const kind = await discovery.kindOf(object.apiVersion, object.kind, options.signal);
    const namespace = object.metadata.namespace ?? client.access.namespace;
    const placed = kind.namespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object;
    applied.push(await client.apply<KubernetesObject>(kind, placed, options));
    options.onApplied?.(object, applied.length, objects.length);
  }
  return applied;
}

/** `readManifest` and `applyObjects` in one. */
export function applyYaml(client: KubernetesClient, yaml: string, options?: ApplyOptions): Promise<KubernetesObject[]> {
  return applyObjects(client, readManifest(yaml), options);
}
