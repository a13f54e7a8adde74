import type { ImageDetail } from '../../../preload/contract/images.ts';
import type { ObjectName } from '../../../preload/contract/live.ts';
import type { Verdict } from '../../../preload/contract/text.ts';
import { kinds } from '../../kubernetes/resources.ts';
import type { BuildFact } from '../facts/build.ts';
import { asError, refusedByCluster, Refused } from '../refused.ts';
import type { Image } from '../types.ts';
import { Looker } from '../world/looker.ts';
import { latest } from '../world/streams.ts';
import { imageKey } from '../world/world.ts';
import { imageDetail } from './detail.ts';
import { newestEnded } from './row.ts';
import type { ImagesOptions } from './service.ts';
import type { ImageTable } from './table.ts';

const tick = 2_000;

interface Options extends ImagesOptions {
  readonly table: ImageTable;
}

/** One image at each change. Ends with NOT_FOUND when there is none, or when it is deleted. */
export function watchImage(
  options: Options,
  name: ObjectName,
  signal?: AbortSignal,
): AsyncGenerator<ImageDetail, undefined, undefined> {
  return latest<ImageDetail>((push, end) => {
    const watch = new ImageWatch(options, name, push, end);
    watch.start();
    return () => watch.stop();
  }, signal);
}

class ImageWatch {
  readonly #options: Options;
  readonly #name: ObjectName;
  readonly #push: (detail: ImageDetail) => void;
  readonly #end: (error?: Error) => void;
  readonly #looker: Looker;
  readonly #ends: (() => void)[] = [];
  #whole: Image | null = null;
  #seen = false;
  #failure: { uid: string; recorded: boolean; verdict: Verdict | null } | null = null;
  #sent = '';

  constructor(options: Options, name: ObjectName, push: (detail: ImageDetail) => void, end: (error?: Error) => void) {
    this.#options = options;
    this.#name = name;
    this.#push = push;
    this.#end = end;
    this.#looker = new Looker(
      (signal) => this.#once(signal),
      (error) => end(asError(refusedByCluster(error))),
    );
  }

  start(): void {
    const { world, recorder } = this.#options;
    const key = imageKey(this.#name.namespace, this.#name.name);
    const timer = setInterval(() => this.#looker.look(), tick);
    this.#ends.push(
      () => clearInterval(timer),
      world.subscribe((change) => {
        if (change.images.has(key) || !this.#seen) this.#looker.look();
      }),
      recorder.subscribe((row) => {
        if (imageKey(row.namespace, row.image) === key) this.#looker.look();
      }),
    );
    this.#looker.look();
  }

  stop(): void {
    this.#looker.stop();
    for (const end of this.#ends.splice(0)) end();
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { world, client, table } = this.#options;
    const image = world.image(this.#name.namespace, this.#name.name);
    if (!image) {
      if (world.complete)
        this.#end(new Refused('NOT_FOUND', { key: 'builds.backend_no_image', params: { image: this.#name.name } }));
      return;
    }
    this.#seen = true;
    if (this.#whole?.metadata.resourceVersion !== image.version) {
      this.#whole = (await client.find<Image>(kinds.image, this.#name, { signal })) ?? this.#whole;
    }
    if (!this.#whole) return;
    const parts = table.parts(image);
    const newest = newestEnded(parts.builds);
    const failure = newest?.outcome === 'failed' ? await this.#failureOf(newest, signal) : null;
    this.#send(imageDetail(this.#whole, parts, failure));
  }

  /** The verdict on a failed build: from its record, which has its log lines, or put together now. */
  async #failureOf(build: BuildFact, signal: AbortSignal): Promise<Verdict | null> {
    const { records, inquiry, recorder, world, pods } = this.#options;
    const recorded = recorder.isRecorded(build.uid);
    if (this.#failure?.uid === build.uid && this.#failure.recorded === recorded) return this.#failure.verdict;
    const record = recorded ? records.get(build.uid) : null;
    const whole = record ? null : await inquiry.fetch(build, signal);
    const verdict =
      record?.detail.verdict ??
      (whole ? inquiry.detail(whole, build, world.pod(build.uid) ?? pods.of(build.uid), [], true).verdict : null);
    this.#failure = { uid: build.uid, recorded, verdict };
    return verdict;
  }

  #send(detail: ImageDetail): void {
    const text = JSON.stringify(detail);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#push(detail);
  }
}
