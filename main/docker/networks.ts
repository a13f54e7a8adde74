import type Dockerode from 'dockerode';
import { dockerError } from './errors.ts';

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  /** IPv4 subnets with their gateways. */
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string }[];
  /** Names and addresses of containers on it. */
  readonly members: readonly { readonly name: string; readonly address: string }[];
}

/** Networks of one engine. */
export class Networks {
  readonly #client: Dockerode;

  constructor(client: Dockerode) {
    this.#client = client;
  }

  async find(name: string): Promise<Network | null> {
    try {
      return networkOf(await this.#client.getNetwork(name).inspect());
    } catch (error) {
      const problem = dockerError(error);
      if (problem.kind === 'not-found') return null;
      throw problem;
    }
  }

  async list(): Promise<Network[]> {
    try {
      return (await this.#client.listNetworks()).map(networkOf);
    } catch (error) {
      throw dockerError(error);
    }
  }

  /** A bridge network with a fixed subnet; addresses are handed out from `range` only, so the rest is free for fixed ones. */
  async createBridge(options: {
    name: string;
    subnet: string;
    range: string;
    gateway: string;
    labels: Record<string, string>;
    options?: Record<string, string>;
  }): Promise<void> {
    try {
      await this.#client.createNetwork({
        Name: options.name,
        Driver: 'bridge',
        CheckDuplicate: true,
        Labels: options.labels,
        Options: options.options ?? {},
        IPAM: {
          Driver: 'default',
          Config: [{ Subnet: options.subnet, IPRange: options.range, Gateway: options.gateway }],
        },
      });
    } catch (error) {
      throw dockerError(error);
    }
  }

  /** Removes a network; one that is not there is fine. Throws `conflict` or `other` while containers use it. */
  async remove(name: string): Promise<void> {
    try {
      await this.#client.getNetwork(name).remove();
    } catch (error) {
      const problem = dockerError(error);
      if (problem.kind !== 'not-found') throw problem;
    }
  }
}

function networkOf(info: Dockerode.NetworkInspectInfo): Network {
  // Parts that are absent on networks without addresses (host, none).
  const config = info.IPAM?.Config ?? [];
  return {
    id: info.Id,
    name: info.Name,
    driver: info.Driver,
    labels: info.Labels ?? {},
    subnets: config
      .filter((entry) => entry.Subnet?.includes('.') === true)
      .map((entry) => ({ subnet: entry.Subnet ?? '', gateway: entry.Gateway ?? '' })),
    members: Object.values(info.Containers ?? {}).map(({ Name, IPv4Address }) => ({
      name: Name,
      address: IPv4Address.split('/')[0] ?? '',
    })),
  };
}
