import type { BuildLogs } from '../../logs/follower.ts';
import type { World, WorldChange } from '../world/world.ts';
import type { PodMemory } from './pod-memory.ts';
import type { Recorder } from './recorder.ts';

/**
 * Sees to it that no build is lost, whether or not anyone looks: every build's pod is shown to the
 * log archive, and every build that ends is recorded.
 */
export class Collector {
  readonly #world: World;
  readonly #logs: Pick<BuildLogs, 'observe' | 'gone'>;
  readonly #recorder: Recorder;
  readonly #pods: PodMemory;
  #caughtUp = false;
  #end: (() => void) | null = null;

  constructor(options: {
    world: World;
    logs: Pick<BuildLogs, 'observe' | 'gone'>;
    recorder: Recorder;
    pods: PodMemory;
  }) {
    this.#world = options.world;
    this.#logs = options.logs;
    this.#recorder = options.recorder;
    this.#pods = options.pods;
  }

  start(): void {
    this.#end ??= this.#world.subscribe((change) => this.#take(change));
  }

  dispose(): void {
    this.#end?.();
    this.#end = null;
  }

  #take(change: WorldChange): void {
    this.#pods.take(change, (uid) => this.#recorder.isRecorded(uid));
    const there = new Set(change.pods.after.map((pod) => pod.uid));
    for (const pod of change.pods.after) this.#logs.observe(pod);
    for (const pod of change.pods.before) if (!there.has(pod.uid)) this.#logs.gone(pod.uid);
    this.#builds(change);
  }

  #builds(change: WorldChange): void {
    const there = new Set(change.builds.after.map((build) => build.uid));
    for (const build of change.builds.before) if (!there.has(build.uid)) this.#recorder.add(build, true);
    if (!this.#world.complete) return;
    // Before pods are known, the truth about a failure is not: what has ended already waits for them.
    const ended = this.#caughtUp
      ? change.builds.after
      : [...this.#world.allBuilds()].sort((a, b) => a.createdAt - b.createdAt);
    this.#caughtUp = true;
    for (const build of ended) if (build.outcome !== 'open') this.#recorder.add(build);
  }
}
