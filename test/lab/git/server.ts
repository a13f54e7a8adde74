import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, RunError, tryRun } from '../core/run.ts';
import type { Product } from '../core/workshop.ts';
import { names } from '../versions.ts';

/** The lab's git server. Names that begin with `private/` need the user and the password; pushing to a new name creates it. */
export interface GitServer {
  /** As pods reach it; nothing when there is no cluster's network to be on. */
  readonly clusterUrl: string | undefined;
  /** As this machine reaches it. */
  readonly hostUrl: string;
  readonly user: string;
  readonly password: string;
}

export const gitContainer = 'kpack-desktop-lab-git';
const network = 'kind';
const account = { user: 'lab', password: 'lab-password' } as const;

interface Inspected {
  State: { Running: boolean };
  NetworkSettings: {
    Ports: Record<string, { HostPort: string }[] | null>;
    Networks: Record<string, { IPAddress: string }>;
  };
}

/** Address number 20.20 from the subnet's start for a /16: far from what Docker hands out, which is counted up from the bottom. */
export function fixedAddress(subnet: string, taken: readonly string[]): string {
  const [base = '', bits = '16'] = subnet.split('/');
  const number = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  for (let offset = Math.min(20 * 256 + 20, size - 12); offset < size - 1; offset += 1) {
    const value = number + offset;
    const address = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
    if (!taken.includes(address)) return address;
  }
  throw new Error(`no free address in ${subnet}`);
}

async function answers(url: string): Promise<boolean> {
  const reply = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  return reply?.ok === true;
}

/** Starts the server and finds it again; lives in a container so that pods can reach it like any other machine. */
export class GitServers {
  readonly #env: NodeJS.ProcessEnv;
  readonly #image: Product;

  constructor(env: NodeJS.ProcessEnv, image: Product) {
    this.#env = env;
    this.#image = image;
  }

  /** The running server, if there is one. */
  async find(): Promise<GitServer | undefined> {
    const [container] = await this.#inspect<Inspected>('container', gitContainer);
    const port = container?.State.Running ? container.NetworkSettings.Ports['80/tcp']?.[0]?.HostPort : undefined;
    if (!container || !port) return undefined;
    const address = container.NetworkSettings.Networks[network]?.IPAddress;
    return { clusterUrl: address ? `http://${address}` : undefined, hostUrl: `http://127.0.0.1:${port}`, ...account };
  }

  /** Starts it unless it runs already where it should. Repositories live as long as the container does. */
  async start(): Promise<GitServer> {
    const [net] = await this.#inspect<{
      IPAM: { Config: { Subnet: string }[] };
      Containers: Record<string, { IPv4Address: string }>;
    }>('network', network);
    const running = await this.find();
    if (running && (running.clusterUrl || !net)) return running;
    await tryRun('docker', ['rm', '-f', gitContainer], { env: this.#env });
    if (!(await tryRun('docker', ['image', 'inspect', names.git], { env: this.#env }))) {
      await run('docker', ['load', '-q', '-i', join(await this.#image.folder(), 'git.tar')], { env: this.#env });
    }
    const subnet = net?.IPAM.Config.find((config) => !config.Subnet.includes(':'))?.Subnet;
    const taken = Object.values(net?.Containers ?? {}).map((container) => container.IPv4Address.split('/')[0] ?? '');
    const start = (place: readonly string[]) =>
      run('docker', ['run', '-d', '--name', gitContainer, '-p', '127.0.0.1::80', ...place, names.git], {
        env: this.#env,
      });
    const place = net ? ['--network', network] : [];
    try {
      await start(subnet ? [...place, '--ip', fixedAddress(subnet, taken)] : place);
    } catch (error) {
      // Docker gives fixed addresses only in a network that was made with a subnet; the one kind makes by itself was not.
      if (!(error instanceof RunError) || !error.stderr.includes('user configured subnets')) throw error;
      await this.remove();
      await start(place);
    }
    for (let tries = 0; tries < 50; tries += 1) {
      const server = await this.find();
      if (server && (await answers(server.hostUrl))) return server;
      await sleep(100);
    }
    throw new Error(
      `the git server does not answer: ${await tryRun('docker', ['logs', gitContainer], { env: this.#env })}`,
    );
  }

  async remove(): Promise<void> {
    await tryRun('docker', ['rm', '-f', '-v', gitContainer], { env: this.#env });
  }

  async #inspect<T>(kind: 'container' | 'network', name: string): Promise<T[]> {
    const answer = await tryRun('docker', [kind, 'inspect', name], { env: this.#env });
    return answer ? (JSON.parse(answer) as T[]) : [];
  }
}
