import type { BuildRow } from '../../../preload/contract/builds.ts';
import type { LiveList, ObjectName } from '../../../preload/contract/live.ts';
import { LiveTable } from '../world/live-table.ts';
import { imageKey } from '../world/world.ts';
import type { BuildsOptions } from './service.ts';
import { buildRow, newestRowFirst } from './row.ts';

/** The builds of one image: what the cluster has, and what was recorded of those that it no longer has. */
export class ImageBuilds {
  readonly #options: BuildsOptions;
  readonly #image: ObjectName;
  readonly #onIdle: () => void;
  readonly #table = new LiveTable<BuildRow>(newestRowFirst);
  #watching = 0;
  #ends: (() => void)[] = [];

  constructor(options: BuildsOptions, image: ObjectName, onIdle: () => void) {
    this.#options = options;
    this.#image = image;
    this.#onIdle = onIdle;
  }

  async *watch(signal?: AbortSignal): AsyncGenerator<LiveList<BuildRow>, undefined, undefined> {
    if (this.#watching === 0) this.#start();
    this.#watching += 1;
    try {
      yield* this.#table.watch(signal);
    } finally {
      this.#watching -= 1;
      if (this.#watching === 0) this.dispose();
    }
  }

  dispose(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#table.dispose();
    this.#onIdle();
  }

  #start(): void {
    const { world, recorder } = this.#options;
    const key = imageKey(this.#image.namespace, this.#image.name);
    this.#ends = [
      world.subscribe((change) => {
        if (change.images.has(key)) this.#refresh();
        else this.#state();
      }),
      recorder.subscribe((row) => {
        if (imageKey(row.namespace, row.image) === key) this.#refresh();
      }),
    ];
    this.#refresh();
  }

  #refresh(): void {
    const { world, records, recorder, pods } = this.#options;
    const { namespace, name } = this.#image;
    const live = world.builds(namespace, name);
    const rows = new Map(records.forImage(namespace, name).map((row) => [row.uid, { ...row, live: false }]));
    for (const build of live) {
      const recorded = rows.get(build.uid);
      const pod = world.pod(build.uid) ?? pods.of(build.uid);
      rows.set(build.uid, recorded ? { ...recorded, live: true } : buildRow(build, pod, recorder.causeOf(build), true));
    }
    for (const uid of this.#table.uids()) if (!rows.has(uid)) this.#table.delete(uid);
    for (const row of rows.values()) this.#table.set(row);
    this.#state();
  }

  #state(): void {
    this.#table.state(this.#options.world.complete, this.#options.world.freshness);
  }
}
