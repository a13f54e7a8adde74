import type Dockerode from 'dockerode';
import { connect, connectionEnv } from './connection.ts';
import { Containers } from './containers.ts';
import type { Candidate } from './context.ts';
import { DockerError, dockerError } from './errors.ts';
import { Images } from './images.ts';
import { Networks } from './networks.ts';

/** What we need to know of an engine. Memory in bytes. */
export interface EngineInfo {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly os: 'linux' | 'windows' | 'other';
  readonly architecture: string;
  readonly cpus: number;
  readonly memory: number;
  readonly cgroup: '1' | '2';
  readonly rootless: boolean;
  /** Folder of the engine's data, on the engine's own machine. */
  readonly dataRoot: string;
  readonly storageDriver: string;
  readonly operatingSystem: string;
}

/** One engine. Every method throws DockerError. */
export class Docker {
  readonly #client: Dockerode;
  readonly #candidate: Candidate;
  readonly containers: Containers;
  readonly images: Images;
  readonly networks: Networks;

  constructor(candidate: Candidate) {
    this.#candidate = candidate;
    this.#client = connect(candidate);
    this.containers = new Containers(this.#client);
    this.images = new Images(this.#client);
    this.networks = new Networks(this.#client);
  }

  /** unix:///…, npipe://… or tcp://… */
  get host(): string {
    return this.#candidate.host;
  }

  /** The engine's files and ports are this machine's. */
  get local(): boolean {
    return this.host.startsWith('unix://') || this.host.startsWith('npipe://');
  }

  /** Variables for child processes that call the docker command line. */
  env(): Record<string, string> {
    return connectionEnv(this.#candidate);
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    const [info, version] = await inTime(
      Promise.all([this.#client.info() as Promise<RawInfo>, this.#client.version()]),
      signal,
    );
    return {
      id: info.ID ?? '',
      name: info.Name ?? '',
      version: version.Version,
      apiVersion: version.ApiVersion,
      os: info.OSType === 'linux' || info.OSType === 'windows' ? info.OSType : 'other',
      architecture: info.Architecture ?? '',
      cpus: info.NCPU ?? 0,
      memory: info.MemTotal ?? 0,
      cgroup: info.CgroupVersion === '2' ? '2' : '1',
      rootless: (info.SecurityOptions ?? []).some((option) => option.includes('rootless')),
      dataRoot: info.DockerRootDir ?? '',
      storageDriver: info.Driver ?? '',
      operatingSystem: info.OperatingSystem ?? '',
    };
  }

  /** A named volume: `true` when it is there. */
  async hasVolume(name: string): Promise<boolean> {
    try {
      await this.#client.getVolume(name).inspect();
      return true;
    } catch (error) {
      const problem = dockerError(error);
      if (problem.kind === 'not-found') return false;
      throw problem;
    }
  }

  /** Makes a named volume; an existing one is left as it is. */
  async createVolume(name: string, labels: Record<string, string>): Promise<void> {
    try {
      await this.#client.createVolume({ Name: name, Labels: labels });
    } catch (error) {
      throw dockerError(error);
    }
  }

  async removeVolume(name: string): Promise<void> {
    try {
      await this.#client.getVolume(name).remove();
    } catch (error) {
      const problem = dockerError(error);
      if (problem.kind !== 'not-found') throw problem;
    }
  }
}

/** Fields of `GET /info` (https://docs.docker.com/reference/api/engine/). Older engines leave some out. */
interface RawInfo {
  ID?: string;
  Name?: string;
  OSType?: string;
  Architecture?: string;
  NCPU?: number;
  MemTotal?: number;
  CgroupVersion?: string;
  SecurityOptions?: string[] | null;
  DockerRootDir?: string;
  Driver?: string;
  OperatingSystem?: string;
}

/** dockerode's short calls cannot be aborted; the wait for them can. */
async function inTime<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    if (signal === undefined) return await work;
    return await new Promise<T>((resolve, reject) => {
      const stop = () => {
        reject(new DockerError('not-running', 'the engine did not answer in time'));
      };
      signal.addEventListener('abort', stop, { once: true });
      work.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', stop);
      });
    });
  } catch (error) {
    throw dockerError(error);
  }
}
