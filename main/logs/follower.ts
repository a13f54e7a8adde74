import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { Pace } from '../kubernetes/pace.ts';
import { onWake } from '../kubernetes/wake.ts';
import type { LogArchive } from './archive.ts';
import { Limit } from './limit.ts';
import { ApiLogSource, type LogSource } from './source.ts';
import type { LoggedPod } from './step-files.ts';
import { Tail, type TailTiming } from './tail.ts';
import { Unfinished } from './unfinished.ts';

/** What has to be known of a build's pod (the kpack room's PodFact is one). */
export interface ObservedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly build: string;
  /** Empty for a pod that belongs to no Build: it is not followed. */
  readonly buildUid: string;
  readonly node: string;
  readonly phase: string;
  /** In the order of the pod's containers. Times in epoch milliseconds. */
  readonly steps: readonly {
    readonly name: string;
    readonly state: 'waiting' | 'running' | 'terminated';
    readonly startedAt: number | null;
  }[];
}

export interface BuildLogsOptions {
  readonly client: KubernetesClient;
  readonly archive: LogArchive;
  /** How many logs of ended containers are fetched at the same time; running ones are always followed. */
  readonly fetches?: number;
  readonly timing?: Partial<TailTiming>;
}

/** A pod that is being followed. */
interface FollowedPod {
  newest: ObservedPod;
  /** Containers whose following has begun. */
  readonly begun: Set<string>;
  /** Of those, the ones whose log is not whole yet. */
  readonly open: Set<string>;
  gone: boolean;
}

/**
 * Follows the log of every container of every build's pod into the archive, from the moment it leaves
 * Waiting, whether or not anyone looks. It is told about pods; how far each log is archived it finds
 * out by itself, so it goes on where an earlier process ended.
 */
export class BuildLogs {
  readonly #options: BuildLogsOptions;
  readonly #stop = new AbortController();
  readonly #pods = new Map<string, FollowedPod>();
  readonly #tails = new Set<Tail>();
  readonly #running = new Set<Promise<void>>();
  readonly #fetches: Limit;
  readonly #unfinished: Unfinished;

  constructor(options: BuildLogsOptions) {
    this.#options = options;
    this.#fetches = new Limit(options.fetches ?? 4);
    this.#unfinished = new Unfinished(options.archive);
    const stopLooking = onWake(() => this.hurry(), { slept: 15_000, sleepCheck: 5000 });
    this.#stop.signal.addEventListener('abort', stopLooking, { once: true });
    this.#track(this.#closeOld());
  }

  /** A pod is there or has changed. Cheap to call with what is known already. */
  observe(pod: ObservedPod): void {
    if (pod.buildUid === '' || this.#stop.signal.aborted) return;
    const followed = this.#pods.get(pod.uid) ?? { newest: pod, begun: new Set(), open: new Set(), gone: false };
    followed.newest = pod;
    this.#pods.set(pod.uid, followed);
    for (const step of pod.steps) {
      if (step.state === 'waiting' || followed.begun.has(step.name)) continue;
      followed.begun.add(step.name);
      followed.open.add(step.name);
      this.#track(this.#follow(followed, step));
    }
  }

  /** A pod is gone from the cluster. What was being read is closed, with a mark if its end was not seen. */
  gone(podUid: string): void {
    const followed = this.#pods.get(podUid);
    if (!followed) return;
    followed.gone = true;
    if (followed.open.size === 0) this.#pods.delete(podUid);
  }

  /** Opens all streams anew, after sleep for example. */
  hurry(): void {
    for (const tail of this.#tails) tail.hurry();
  }

  /** Resolves when no log is being followed any more: for a program that is about to end, and for tests. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Stops following. What was read is in the archive, and the next process goes on from there. */
  async dispose(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    await Promise.all(this.#running);
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  /** Logs that an earlier process did not finish, and whose pods went while nobody looked. */
  async #closeOld(): Promise<void> {
    const { signal } = this.#stop;
    const isGone = async (namespace: string, { uid, name, node }: LoggedPod) => {
      const container = { namespace, pod: name, podUid: uid, node, container: '' };
      return (await new ApiLogSource(this.#options.client, container).state(signal)) === 'gone';
    };
    await this.#insist(() => this.#unfinished.closeGone(isGone));
  }

  /** Tries again until it works or is stopped: the server does not answer, the disk is full. */
  async #insist(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    const pace = new Pace([1000, 5000, 30_000]);
    while (!signal.aborted) {
      try {
        await work();
        return;
      } catch {
        await sleep(pace.next(), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #follow(followed: FollowedPod, step: ObservedPod['steps'][number]): Promise<void> {
    const archive = () => this.#archive(followed.newest, step);
    await this.#insist(async () => {
      await (step.state === 'terminated' ? this.#fetches.run(archive, this.#stop.signal) : archive());
      followed.open.delete(step.name);
      await this.#closed(followed);
    });
  }

  async #archive(pod: ObservedPod, step: ObservedPod['steps'][number]): Promise<void> {
    const { archive, client, timing } = this.#options;
    const name = { namespace: pod.namespace, build: pod.build, uid: pod.buildUid };
    if (await archive.isComplete(name, pod.uid, step.name)) return;
    const { uid, name: podName, node } = pod;
    await this.#unfinished.add(name, uid);
    const writer = await archive.open(
      name,
      { uid, name: podName, node, steps: pod.steps.map((each) => each.name) },
      step.name,
    );
    const container = { namespace: pod.namespace, pod: podName, podUid: uid, node, container: step.name };
    const source: LogSource = new ApiLogSource(client, container);
    const tail = new Tail({ source, writer, startedAt: step.startedAt }, this.#stop.signal, timing);
    this.#tails.add(tail);
    try {
      await tail.run();
    } finally {
      this.#tails.delete(tail);
      await archive.release(writer);
    }
  }

  /** After the last log of a pod nothing has to be remembered about it. */
  async #closed({ newest, begun, open, gone }: FollowedPod): Promise<void> {
    if (open.size > 0) return;
    const ended = newest.phase === 'Succeeded' || newest.phase === 'Failed' || begun.size === newest.steps.length;
    if (ended || gone) await this.#unfinished.remove(newest.uid);
    if (gone) this.#pods.delete(newest.uid);
  }
}
