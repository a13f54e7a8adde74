/** Where a kind of object lives in the Kubernetes API. */
export interface ResourceKind {
  /** `v1` or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Which objects of a kind: all, those of a namespace, or one. */
export interface Where {
  readonly namespace?: string;
  readonly name?: string;
  /** `status`, `scale`, `token`… of the one object. */
  readonly subresource?: string;
}

function kind(apiVersion: string, name: string, plural: string, namespaced: boolean): ResourceKind {
  return { apiVersion, kind: name, plural, namespaced };
}

const kpack = 'kpack.io/v1alpha2';

/**
 * The kinds that this program works with. Others are found by discovery when they are applied.
 * Sources: https://kubernetes.io/docs/reference/kubernetes-api/ and
 * https://github.com/buildpacks-community/kpack/tree/v0.17.2/config
 */
export const kinds = {
  namespace: kind('v1', 'Namespace', 'namespaces', false),
  node: kind('v1', 'Node', 'nodes', false),
  pod: kind('v1', 'Pod', 'pods', true),
  event: kind('v1', 'Event', 'events', true),
  secret: kind('v1', 'Secret', 'secrets', true),
  configMap: kind('v1', 'ConfigMap', 'configmaps', true),
  service: kind('v1', 'Service', 'services', true),
  serviceAccount: kind('v1', 'ServiceAccount', 'serviceaccounts', true),
  volumeClaim: kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', true),
  deployment: kind('apps/v1', 'Deployment', 'deployments', true),
  storageClass: kind('storage.k8s.io/v1', 'StorageClass', 'storageclasses', false),
  role: kind('rbac.authorization.k8s.io/v1', 'Role', 'roles', true),
  roleBinding: kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', true),
  clusterRole: kind('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false),
  clusterRoleBinding: kind('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false),
  customResource: kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false),
  image: kind(kpack, 'Image', 'images', true),
  build: kind(kpack, 'Build', 'builds', true),
  builder: kind(kpack, 'Builder', 'builders', true),
  clusterBuilder: kind(kpack, 'ClusterBuilder', 'clusterbuilders', false),
  clusterStack: kind(kpack, 'ClusterStack', 'clusterstacks', false),
  clusterStore: kind(kpack, 'ClusterStore', 'clusterstores', false),
  clusterLifecycle: kind(kpack, 'ClusterLifecycle', 'clusterlifecycles', false),
  buildpack: kind(kpack, 'Buildpack', 'buildpacks', true),
  clusterBuildpack: kind(kpack, 'ClusterBuildpack', 'clusterbuildpacks', false),
  sourceResolver: kind(kpack, 'SourceResolver', 'sourceresolvers', true),
} as const satisfies Record<string, ResourceKind>;

/** `/api/v1` or `/apis/group/version`. */
export function apiRoot(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Path of a collection or of one object: `/apis/kpack.io/v1alpha2/namespaces/default/images/web`. */
export function resourcePath(resource: ResourceKind, where: Where = {}): string {
  const middle =
    resource.namespaced && where.namespace !== undefined && where.namespace !== ''
      ? `/namespaces/${encodeURIComponent(where.namespace)}`
      : '';
  const name = where.name === undefined ? '' : `/${encodeURIComponent(where.name)}`;
  const subresource = where.subresource === undefined ? '' : `/${where.subresource}`;
  return `${apiRoot(resource.apiVersion)}${middle}/${resource.plural}${name}${subresource}`;
}

/** The table's entry for an object's own apiVersion and kind, if it has one. */
export function knownKind(apiVersion: string, name: string): ResourceKind | undefined {
  return Object.values(kinds).find((each) => each.apiVersion === apiVersion && each.kind === name);
}
