import type { ImageRow } from '../../../preload/contract/images.ts';
import type { LiveList } from '../../../preload/contract/live.ts';
import type { Recorder } from '../builds/recorder.ts';
import type { PodMemory } from '../builds/pod-memory.ts';
import type { ImageFact } from '../facts/image.ts';
import { LiveTable } from '../world/live-table.ts';
import { imageKey, type World } from '../world/world.ts';
import { newestEnded, openBuild } from './row.ts';
import { imageRow, type RowParts } from './row.ts';

export interface TableOptions {
  readonly world: World;
  readonly recorder: Recorder;
  readonly pods: PodMemory;
}

/** Some causes come with time alone: how long a build has been waiting, a change that is not taken up. */
const tick = 2_000;

/** The live table of the images of all namespaces. */
export class ImageTable {
  readonly #options: TableOptions;
  readonly #table = new LiveTable<ImageRow>(
    (a, b) => a.name.localeCompare(b.name) || a.namespace.localeCompare(b.namespace),
  );
  readonly #ends: (() => void)[] = [];
  /** Since when each image's newest definition has not been taken up, by uid. */
  readonly #unobserved = new Map<string, { generation: number; since: number }>();
  readonly #shown = new Map<string, string>();

  constructor(options: TableOptions) {
    this.#options = options;
  }

  start(): void {
    const { world, recorder } = this.#options;
    const timer = setInterval(() => this.#refreshRestless(), tick);
    this.#ends.push(
      () => clearInterval(timer),
      world.subscribe((change) => {
        for (const key of change.images) this.#refresh(key);
        this.#table.state(world.complete, world.freshness);
      }),
      recorder.subscribe((row) => this.#refresh(imageKey(row.namespace, row.image))),
    );
  }

  /** A snapshot, then what changes, at most one message in 100 ms; ends with the signal. */
  watch(signal?: AbortSignal): AsyncIterable<LiveList<ImageRow>> {
    return this.#table.watch(signal);
  }

  /** One image's row now, null when there is no such image. */
  row(namespace: string, name: string): ImageRow | null {
    const image = this.#options.world.image(namespace, name);
    return image ? imageRow(this.parts(image)) : null;
  }

  /** What a row is made from, for explanations of the same image. */
  parts(image: ImageFact): RowParts {
    const { world, recorder, pods } = this.#options;
    const builds = world.builds(image.namespace, image.name);
    const open = openBuild(builds);
    const newest = newestEnded(builds);
    return {
      image,
      builds,
      pod: open ? (world.pod(open.uid) ?? pods.of(open.uid)) : null,
      builder: world.builder(image.builder, image.namespace),
      buildersKnown: world.buildersKnown,
      source: world.source(image.namespace, image.name),
      claimPhase: world.claimPhase(image.namespace, image.name),
      failure: newest ? recorder.causeOf(newest) : null,
      unobservedSince: this.#unobserved.get(image.uid)?.since ?? null,
      now: Date.now(),
    };
  }

  dispose(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#table.dispose();
  }

  #refresh(key: string): void {
    const slash = key.indexOf('/');
    const image = this.#options.world.image(key.slice(0, slash), key.slice(slash + 1));
    const before = this.#shown.get(key);
    if (before !== undefined && before !== image?.uid) this.#forget(key, before);
    if (!image) return;
    this.#shown.set(key, image.uid);
    this.#observe(image);
    this.#table.set(imageRow(this.parts(image)));
  }

  #refreshRestless(): void {
    for (const uid of this.#table.uids()) {
      const row = this.#table.get(uid);
      if (row && (row.health !== 'ready' || this.#unobserved.has(uid)))
        this.#refresh(imageKey(row.namespace, row.name));
    }
  }

  #observe(image: ImageFact): void {
    if (image.generation <= image.observedGeneration) this.#unobserved.delete(image.uid);
    else if (this.#unobserved.get(image.uid)?.generation !== image.generation) {
      this.#unobserved.set(image.uid, { generation: image.generation, since: Date.now() });
    }
  }

  #forget(key: string, uid: string): void {
    this.#shown.delete(key);
    this.#unobserved.delete(uid);
    this.#table.delete(uid);
  }
}
