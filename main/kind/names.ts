/** Names of what we make in an engine. Fixed, so that any run finds what an earlier one made. */
export const names = {
  cluster: 'kpack-desktop',
  node: 'kpack-desktop-control-plane',
  /** kind puts its nodes on the network of this name; all its clusters share it. */
  network: 'kind',
  registry: 'kpack-desktop-registry',
  registryVolume: 'kpack-desktop-registry',
  /** Label on everything of ours in the engine; the value says what it is. */
  label: 'io.kpack-desktop',
} as const;

/** kind's own label on the containers of a cluster (kubernetes-sigs/kind, pkg/cluster/internal/providers/docker/constants.go). */
export const clusterLabel = 'io.x-k8s.kind.cluster';
