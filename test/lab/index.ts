import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { alone } from './core/lock.ts';
import { labPaths, type LabPaths } from './core/paths.ts';
import { seconds, type Log } from './core/workshop.ts';
import { EngineKeeper, type Engine } from './engine/engine.ts';
import { GitServers, type GitServer } from './git/server.ts';
import { makePlan, type Plan } from './plan.ts';
import { names } from './versions.ts';

export { pushDemoApp, type Commit } from './git/push.ts';
export type { GitServer } from './git/server.ts';
export { names, stackId, versions } from './versions.ts';

/** The lab, up: an engine that answers and an offline bundle for setup to install from. */
export interface Lab {
  readonly dockerHost: string;
  /** Folder of the offline bundle. */
  readonly bundle: string;
  /** Folder with kubectl, kp, crane, kind and docker. */
  readonly bin: string;
  /** Name of the node image in the bundle. */
  readonly node: string;
  /** Environment in which those programs find the engine. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts the git server, or finds it running. Call it again once there is a cluster: then pods can reach it too. */
  startGit(): Promise<GitServer>;
  /** Removes what the lab started. */
  down(): Promise<void>;
}

export interface Status {
  readonly paths: LabPaths;
  readonly engine: Engine | undefined;
  readonly bundle: string | undefined;
  readonly bin: string | undefined;
  readonly git: GitServer | undefined;
}

/** One lab on this machine; each method looks at the world and can be called from any process at any time. */
export class LabKeeper {
  readonly #paths: LabPaths;
  readonly #log: Log;
  readonly #engines: EngineKeeper;
  readonly #plan: Plan;

  constructor(log: Log = () => undefined, paths: LabPaths = labPaths()) {
    this.#paths = paths;
    this.#log = log;
    this.#engines = new EngineKeeper(paths.cache, paths.state);
    this.#plan = makePlan(paths, log, async () => (await this.#engine()).dockerHost);
  }

  async up(): Promise<Lab> {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the lab runs on Linux on x64 only');
    return alone(this.#paths.state, () => this.#up());
  }

  async #up(): Promise<Lab> {
    const since = Date.now();
    this.#log(`lab: cache ${this.#paths.cache}, state ${this.#paths.state}`);
    for (const name of await readdir(this.#paths.state)) {
      // Scratch folders of builds that were killed; a child of theirs may still be writing, then it is for next time.
      if (/^node-\d+$/.test(name)) await rm(join(this.#paths.state, name), { recursive: true }).catch(() => undefined);
    }
    const { engine, bundle, bin, gitServer, workshop } = this.#plan;
    const programs = await engine.folder();
    const found = await this.#engines.find(join(programs, 'usr/bin/docker'));
    const { dockerHost, version } = found ?? (await workshop.step('engine start', () => this.#engines.start(programs)));
    this.#log(`  ✓ Docker engine ${version} on ${dockerHost}`);
    await this.#plan.prepare();
    const lab = this.#lab(dockerHost, await bundle.folder(), await bin.folder());
    await gitServer.folder();
    this.#log(`lab: up after ${seconds(since)}`);
    return lab;
  }

  /** The git server of a lab that is up. */
  async git(): Promise<GitServer> {
    const { dockerHost } = await this.#engine();
    return this.#gitServers(dockerHost, await this.#plan.bin.folder()).start();
  }

  async status(): Promise<Status> {
    const { engine, bundle, bin } = this.#plan;
    const place = async (product: typeof bundle) => (product.ready() ? product.folder() : undefined);
    const programs = await place(engine);
    const running = await this.#engines.find(programs ? join(programs, 'usr/bin/docker') : 'docker');
    const binFolder = await place(bin);
    const git = running && binFolder ? await this.#gitServers(running.dockerHost, binFolder).find() : undefined;
    return { paths: this.#paths, engine: running, bundle: await place(bundle), bin: binFolder, git };
  }

  /** Removes the lab's container, and the engine with everything in it when the lab started it. */
  async down(): Promise<void> {
    await alone(this.#paths.state, async () => {
      const { engine, bin, git } = await this.status();
      if (engine && bin && git) await this.#gitServers(engine.dockerHost, bin).remove();
      await this.#engines.stop();
    });
  }

  /** `down`, and then both folders go. */
  async clean(): Promise<void> {
    await this.down();
    for (const folder of [this.#paths.state, this.#paths.cache]) await rm(folder, { recursive: true, force: true });
  }

  async #engine(): Promise<Engine> {
    const engine = await this.#engines.find(join(await this.#plan.engine.folder(), 'usr/bin/docker'));
    if (!engine) throw new Error('no Docker engine answers: npm run lab -- up');
    return engine;
  }

  #env(dockerHost: string, bin: string): NodeJS.ProcessEnv {
    return { ...process.env, DOCKER_HOST: dockerHost, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  }

  #gitServers(dockerHost: string, bin: string): GitServers {
    return new GitServers(this.#env(dockerHost, bin), this.#plan.gitServer);
  }

  #lab(dockerHost: string, bundle: string, bin: string): Lab {
    const startGit = () => this.#gitServers(dockerHost, bin).start();
    return {
      dockerHost,
      bundle,
      bin,
      node: names.node,
      env: this.#env(dockerHost, bin),
      startGit,
      down: () => this.down(),
    };
  }
}

/** Brings the lab up and says what it does through `log`. Warm: seconds. Cold: it compiles Kubernetes and kpack first. */
export function up(options: { log?: Log } = {}): Promise<Lab> {
  return new LabKeeper(options.log).up();
}
