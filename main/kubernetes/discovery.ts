import type { KubernetesClient } from './client.ts';
import { isKubernetesError, KubernetesError } from './errors.ts';
import { apiRoot, knownKind, type ResourceKind } from './resources.ts';

interface ResourceListing {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

/**
 * Finds out where kinds live. Kinds of the table cost nothing, others one request per group and
 * version. A kind that was not there is asked for again: its definition may have come meanwhile.
 */
export class Discovery {
  readonly #client: KubernetesClient;
  readonly #found = new Map<string, ResourceKind>();

  constructor(client: KubernetesClient) {
    this.#client = client;
  }

  /** The kind of an object. Errors: KubernetesError, `absent` when the server does not know it. */
  async kindOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceKind> {
    const known = knownKind(apiVersion, kind) ?? this.#found.get(`${apiVersion} ${kind}`);
    if (known) return known;
    for (const each of await this.#list(apiVersion, signal)) {
      if (!each.name.includes('/')) {
        const { name: plural, namespaced } = each;
        this.#found.set(`${apiVersion} ${each.kind}`, { apiVersion, kind: each.kind, plural, namespaced });
      }
    }
    const found = this.#found.get(`${apiVersion} ${kind}`);
    if (found) return found;
    throw new KubernetesError({
      kind: 'absent',
      status: 404,
      reason: 'NotFound',
      message: `no matches for kind "${kind}" in version "${apiVersion}"`,
    });
  }

  async #list(apiVersion: string, signal: AbortSignal | undefined): Promise<NonNullable<ResourceListing['resources']>> {
    try {
      const listing = await this.#client.json<ResourceListing>({ path: apiRoot(apiVersion), signal });
      return listing.resources ?? [];
    } catch (error) {
      if (isKubernetesError(error, 'absent', 'not-found')) return [];
      throw error;
    }
  }
}
