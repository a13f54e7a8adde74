import { Collector } from '../kpack/builds/collector.ts';
import { Inquiry } from '../kpack/builds/inquiry.ts';
import { PodMemory } from '../kpack/builds/pod-memory.ts';
import { Recorder } from '../kpack/builds/recorder.ts';
import { Builds } from '../kpack/builds/service.ts';
import { Images } from '../kpack/images/service.ts';
import { Runs } from '../kpack/run/service.ts';
import { World } from '../kpack/world/world.ts';
import { type KubernetesClient } from '../kubernetes/client.ts';
import { type LogArchive } from '../logs/archive.ts';
import { BuildLogs } from '../logs/follower.ts';
import { type BuildRecords } from '../storage/build-records.ts';
import { type Durations } from '../storage/durations.ts';
import { type ClusterServices } from './connection.ts';
import { type Machine } from './machine.ts';
import { type ClusterGlance } from './status.ts';

export interface ClusterOptions {
  client: KubernetesClient;
  machine: Machine;
  archive: LogArchive;
  records: BuildRecords;
  durations: Durations;
  /** This process archives logs and records builds; one process of a data folder does. */
  follow: boolean;
  onFault: (error: unknown) => void;
}

/** Everything that works with kpack in one cluster. */
export class Cluster implements ClusterServices {
  readonly images: Images;
  readonly builds: Builds;
  readonly runs: Runs;
  readonly world: World;
  readonly #recorder: Recorder;
  readonly #collector: Collector | null;
  readonly #logs: BuildLogs | null;

  constructor({ client, machine, archive, records, durations, follow, onFault }: ClusterOptions) {
    const world = new World({ client, onFault });
    const pods = new PodMemory();
    const inquiry = new Inquiry({ client, world, archive, durations });
    const recorder = new Recorder({ world, inquiry, pods, archive, records, durations, onFault });
    this.world = world;
    this.#recorder = recorder;
    this.#logs = follow ? new BuildLogs({ client, archive }) : null;
    this.#collector = this.#logs === null ? null : new Collector({ world, logs: this.#logs, recorder, pods });
    const registryAddress = async (): Promise<string | null> => (await machine.registry())?.cluster ?? null;
    const hostAddress = async (): Promise<string | null> => Promise.resolve(machine.hostAddress(client));
    this.images = new Images({ client, world, recorder, pods, records, inquiry, registryAddress, hostAddress });
    this.builds = new Builds({ client, world, records, recorder, inquiry, pods });
    this.runs = new Runs({ world, engine: async () => machine.engine(), registry: async () => machine.registry() });
    this.#collector?.start();
    this.images.start();
    world.start();
  }

  /**
   * Waits until everything of kpack has been seen once, at most `ms` milliseconds: right after the
   * connection is made, a builder or an image that is not known yet is not one that does not exist.
   */
  async settled(ms = 5000): Promise<void> {
    const known = (): boolean => this.world.complete && this.world.buildersKnown;
    if (known()) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), ms);
    const unsubscribe = this.world.subscribe(() => {
      if (known()) resolve(undefined);
    });
    await promise;
    clearTimeout(timer);
    unsubscribe();
  }

  hurry(): void {
    this.world.hurry();
  }

  /** What the status bar shows of the cluster. */
  glance(): ClusterGlance {
    const open = [...this.world.allBuilds()].filter((build) => build.outcome === 'open');
    const running = open.flatMap(({ namespace, image }) => {
      const shown = this.images.row({ namespace, name: image })?.running ?? null;
      if (shown === null) return [];
      const { build, number, step, startedAt, expectedMs } = shown;
      return [{ namespace, image, build, number, step, startedAt, expectedMs }];
    });
    return { freshness: this.world.freshness, running, hasBuilder: this.world.builders().length > 0 };
  }

  async dispose(): Promise<void> {
    this.#collector?.dispose();
    this.runs.dispose();
    this.builds.dispose();
    this.images.dispose();
    this.world.dispose();
    await this.#logs?.dispose();
    await this.#recorder.dispose();
  }
}
