/** Where a kind of object lives in the Kubernetes API. */
export interface ResourceKind {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

function kpack(kind: string, plural: string, namespaced: boolean): ResourceKind {
  return { apiVersion: 'kpack.io/v1alpha2', kind, plural, namespaced };
}

/**
 * The kinds this room works with.
 * Source: https://github.com/buildpacks-community/kpack/tree/v0.17.2/config
 */
export const kinds = {
  image: kpack('Image', 'images', true),
  build: kpack('Build', 'builds', true),
  builder: kpack('Builder', 'builders', true),
  clusterBuilder: kpack('ClusterBuilder', 'clusterbuilders', false),
  sourceResolver: kpack('SourceResolver', 'sourceresolvers', true),
  pod: { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true },
  volumeClaim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', namespaced: true },
  namespace: { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
} satisfies Record<string, ResourceKind>;

/** Path of all objects of a kind, in one namespace or in all of them: `/apis/kpack.io/v1alpha2/images`. */
export function listPath(kind: ResourceKind, namespace?: string): string {
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const middle = kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${middle}/${kind.plural}`;
}

/** Path of one object. The namespace is left out for kinds that have none. */
export function objectPath(kind: ResourceKind, namespace: string, name: string): string {
  return `${listPath(kind, namespace)}/${encodeURIComponent(name)}`;
}
