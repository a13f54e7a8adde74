import { hostname } from 'node:os';
import type { SetupOptions } from '../../preload/contract/index.ts';
import { openSource, type Endpoints } from '../bundle/open.ts';
import type { Machine, Source, SourceInfo } from '../bundle/source.ts';
import { rewriteImages } from '../bundle/rewrite.ts';
import type { Docker } from '../docker/docker.ts';
import { findEngines, type Engine, type EngineSearch } from '../docker/engine.ts';
import { names } from '../kind/names.ts';
import { splitRelease, type ReleaseParts } from '../kpack/install/release.ts';
import { KubernetesClient } from '../kubernetes/client.ts';
import { RegistryClient } from '../registry/client.ts';
import type { Paths } from '../storage/paths.ts';
import { SetupProblem } from './problem.ts';

/** Where the local registry is: its one name for node and pods, and its port for this machine. */
export interface RegistryPlace {
  /** `172.30.255.10:5000`. */
  readonly name: string;
  /** Port on 127.0.0.1. */
  readonly hostPort: number;
}

/**
 * What the steps look at: the engine, the cluster and the source, found when they are asked for. Nothing here says
 * that a step is done; only looking does.
 */
export class SetupWorld {
  readonly options: SetupOptions;
  readonly paths: Paths;
  readonly hostName = hostname();
  readonly #endpoints: Endpoints | undefined;
  #search: Promise<EngineSearch> | null = null;
  #source: Promise<Source> | null = null;
  #release: Promise<ReleaseParts> | null = null;
  #client: { stamp: string; client: KubernetesClient } | null = null;

  constructor(options: SetupOptions, paths: Paths, endpoints?: Endpoints) {
    this.options = options;
    this.paths = paths;
    this.#endpoints = endpoints;
  }

  /** Engines of this machine; asked once, or again after `forgetEngines`. */
  search(): Promise<EngineSearch> {
    this.#search ??= findEngines();
    return this.#search;
  }

  forgetEngines(): void {
    this.#search = null;
  }

  /** The engine, null when none answers. */
  async engine(): Promise<Engine | null> {
    return (await this.search()).engines[0] ?? null;
  }

  /** The engine's client. Throws SetupProblem when none answers. */
  async docker(): Promise<Docker> {
    const engine = await this.engine();
    if (engine === null) throw new SetupProblem({ key: 'setup.no_engine' });
    return engine.docker;
  }

  /** Where images come from. Throws BundleError. */
  source(): Promise<Source> {
    this.#source ??= this.#open();
    return this.#source;
  }

  async info(): Promise<SourceInfo> {
    return (await this.source()).describe();
  }

  /** The machine that the cluster runs on, as sources need to know it. */
  async machine(): Promise<Machine> {
    const engine = await this.engine();
    const arch = engine?.info.architecture ?? process.arch;
    const os = process.platform === 'darwin' ? 'darwin' : process.platform === 'win32' ? 'windows' : 'linux';
    return { os, arch: /aarch64|arm64/.test(arch) ? 'arm64' : 'amd64', cgroup: engine?.info.cgroup === '1' ? 1 : 2 };
  }

  /** The local registry as the engine has it, null when it is not running where pods can reach it. */
  async registry(): Promise<RegistryPlace | null> {
    const container = await (await this.docker()).containers.find(names.registry);
    const address = container?.addresses[names.network];
    const hostPort = container?.ports.find((port) => port.container === 5000)?.port;
    if (container?.running !== true || address === undefined || address === '' || hostPort === undefined) return null;
    return { name: `${address}:5000`, hostPort };
  }

  /** The local registry, which an earlier step has made. */
  async theRegistry(): Promise<RegistryPlace> {
    const place = await this.registry();
    if (place === null) throw new SetupProblem({ key: 'setup.no_registry' });
    return place;
  }

  /** A client of the local registry, through its port on this machine. Dispose it. */
  async registryClient(): Promise<RegistryClient> {
    const { name, hostPort } = await this.theRegistry();
    return new RegistryClient({ registry: name, baseUrl: `http://127.0.0.1:${hostPort}` });
  }

  /** Our cluster's API as its administrator. Throws KubeconfigError when there is no kubeconfig of ours. */
  async client(): Promise<KubernetesClient> {
    this.#client ??= { stamp: '', client: await KubernetesClient.fromFile(this.paths.kubeconfig) };
    await this.#client.client.refresh();
    return this.#client.client;
  }

  /** kpack's release with its images in the local registry. */
  release(signal: AbortSignal): Promise<ReleaseParts> {
    this.#release ??= this.#rewrite(signal);
    return this.#release;
  }

  async dispose(): Promise<void> {
    await this.#client?.client.dispose();
    const source = await this.#source?.catch(() => null);
    await source?.dispose();
  }

  async #open(): Promise<Source> {
    return openSource({
      source: this.options.source,
      paths: this.paths,
      machine: await this.machine(),
      ...(this.#endpoints === undefined ? {} : { endpoints: this.#endpoints }),
    });
  }

  async #rewrite(signal: AbortSignal): Promise<ReleaseParts> {
    const source = await this.source();
    const { name } = await this.theRegistry();
    const { yaml, missing } = await rewriteImages(await source.kpackRelease(signal), source, name, signal);
    if (missing.length > 0)
      throw new SetupProblem(
        { key: 'setup.image_missing', params: { image: missing[0] ?? '' } },
        { evidence: missing },
      );
    return splitRelease(yaml);
  }
}
