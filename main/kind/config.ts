import { stringify } from 'yaml';

export interface ClusterConfig {
  readonly name: string;
  /** Address the API server is published on: one of the engine's machine, 127.0.0.1 or 0.0.0.0. */
  readonly apiServerAddress: string;
  readonly apiServerPort: number;
  /** Further names and addresses that the API server's certificate is valid for. */
  readonly certificateNames: readonly string[];
  /** `abcdef.0123456789abcdef` in form, but random. */
  readonly bootstrapToken: string;
  /** "1" needs a word to the kubelet from Kubernetes 1.35 on. */
  readonly cgroup: '1' | '2';
  /** `v1.34.10`. */
  readonly kubernetes: string;
}

/**
 * The kind configuration of our cluster (https://kind.sigs.k8s.io/docs/user/configuration/). Patches are merged into
 * kind's own kubeadm configuration; they carry no apiVersion, since kind chooses it by the Kubernetes version.
 */
export function clusterConfig(config: ClusterConfig): string {
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    name: config.name,
    networking: { apiServerAddress: config.apiServerAddress, apiServerPort: config.apiServerPort },
    nodes: [{ role: 'control-plane' }],
    kubeadmConfigPatches: [
      // localhost and the bound address are kind's own; repeated, because older kinds replace the list.
      stringify({ kind: 'ClusterConfiguration', apiServer: { certSANs: certificateNames(config) } }),
      // kind's token is the same everywhere and lives a day: whoever reaches the port could join as this very node.
      stringify({
        kind: 'InitConfiguration',
        bootstrapTokens: [
          {
            token: config.bootstrapToken,
            ttl: '1m0s',
            usages: ['signing', 'authentication'],
            groups: ['system:bootstrappers:kubeadm:default-node-token'],
          },
        ],
      }),
      // Build logs are read from the current log file only; 10 MiB, the default, is a short build.
      stringify({
        kind: 'KubeletConfiguration',
        containerLogMaxSize: '100Mi',
        ...(config.cgroup === '1' && minor(config.kubernetes) >= 35 ? { failCgroupV1: false } : {}),
      }),
    ],
  });
}

/** All names and addresses for the certificate, each once. */
export function certificateNames(config: Pick<ClusterConfig, 'apiServerAddress' | 'certificateNames'>): string[] {
  return [...new Set(['localhost', '127.0.0.1', '0.0.0.0', config.apiServerAddress, ...config.certificateNames])];
}

function minor(version: string): number {
  return Number(/^v?\d+\.(\d+)/.exec(version)?.[1] ?? 0);
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A random bootstrap token. `random` gives numbers from 0 to below its argument. */
export function bootstrapToken(random: (below: number) => number): string {
  const letters = (count: number) =>
    Array.from({ length: count }, () => alphabet[random(alphabet.length)] ?? 'a').join('');
  return `${letters(6)}.${letters(16)}`;
}
