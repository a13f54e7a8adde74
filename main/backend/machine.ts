import { networkInterfaces } from 'node:os';
import { type Docker } from '../docker/docker.ts';
import { findEngines } from '../docker/engine.ts';
import { names } from '../kind/names.ts';
import { type LocalRegistry } from '../kpack/run/reference.ts';
import { type KubernetesClient } from '../kubernetes/client.ts';

/** How long the engine that was found counts, milliseconds: forms ask at every key that is pressed. */
const goodForMs = 5000;

/** What services of the cluster want to know of the machine around it. */
export class Machine {
  readonly #find: typeof findEngines;
  #found: { docker: Promise<Docker | null>; until: number } | null = null;

  constructor(find: typeof findEngines = findEngines) {
    this.#find = find;
  }

  /** The engine that setup uses, null when none answers. */
  async engine(): Promise<Docker | null> {
    if (this.#found === null || Date.now() >= this.#found.until) {
      const docker = this.#find().then(({ engines }) => engines[0]?.docker ?? null);
      this.#found = { docker, until: Date.now() + goodForMs };
    }
    return this.#found.docker;
  }

  /** The local registry, null when it does not run where pods can reach it. */
  async registry(): Promise<LocalRegistry | null> {
    const docker = await this.engine();
    const container = (await docker?.containers.find(names.registry).catch(() => null)) ?? null;
    const address = container?.addresses[names.network] ?? '';
    if (container?.running !== true || address === '') return null;
    const port = container.ports.find((published) => published.container === 5000)?.port;
    return { cluster: `${address}:5000`, host: port === undefined ? null : `127.0.0.1:${port}` };
  }

  /**
   * An address of this machine that pods reach: the one that the API server listens on, else the first
   * of a network card. Null when there is only the loopback.
   */
  hostAddress(client: KubernetesClient): string | null {
    const own = Object.entries(networkInterfaces())
      // Bridges and tunnels of container networks are addresses of this machine, but nobody knows them.
      .filter(([name]) => !/^(docker|br-|veth|cni|virbr)/.test(name))
      .flatMap(([, addresses]) => addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address);
    const { hostname } = new URL(client.server);
    return own.includes(hostname) ? hostname : (own[0] ?? null);
  }
}
