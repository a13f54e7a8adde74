import type { BuildDetail } from '../../../preload/contract/builds.ts';
import type { ObjectName } from '../../../preload/contract/live.ts';
import type { BuildFact } from '../facts/build.ts';
import { stateOf } from '../facts/outcome.ts';
import { asError, refusedByCluster, Refused } from '../refused.ts';
import { Looker } from '../world/looker.ts';
import { latest } from '../world/streams.ts';
import type { Build } from '../types.ts';
import type { BuildsOptions } from './service.ts';

/** Words about a wait grow older without anything happening in the cluster. */
const tick = 5_000;

/**
 * One build at each change. What has been recorded is final: it is sent as it was written, and the
 * stream ends. NOT_FOUND when neither the cluster nor the records know the build.
 */
export function watchBuild(
  options: BuildsOptions,
  name: ObjectName,
  signal?: AbortSignal,
): AsyncGenerator<BuildDetail, undefined, undefined> {
  return latest<BuildDetail>((push, end) => {
    const watch = new BuildWatch(options, name, push, end);
    watch.start();
    return () => watch.stop();
  }, signal);
}

class BuildWatch {
  readonly #options: BuildsOptions;
  readonly #name: ObjectName;
  readonly #push: (detail: BuildDetail) => void;
  readonly #end: (error?: Error) => void;
  readonly #looker: Looker;
  readonly #ends: (() => void)[] = [];
  /** The last whole object; fetched again when the fact has another version. */
  #whole: Build | null = null;
  #uid: string | null = null;
  #sent = '';

  constructor(
    options: BuildsOptions,
    name: ObjectName,
    push: (detail: BuildDetail) => void,
    end: (error?: Error) => void,
  ) {
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
    const timer = setInterval(() => this.#looker.look(), tick);
    this.#ends.push(
      () => clearInterval(timer),
      world.subscribe(() => this.#looker.look()),
      recorder.subscribe((row) => {
        if (row.namespace === this.#name.namespace && row.name === this.#name.name) this.#looker.look();
      }),
    );
    this.#looker.look();
  }

  stop(): void {
    this.#looker.stop();
    for (const end of this.#ends.splice(0)) end();
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { world, records } = this.#options;
    const fact = this.#fact();
    const record = this.#uid === null ? records.byName(this.#name.namespace, this.#name.name) : records.get(this.#uid);
    if (record && (!fact || record.row.uid === fact.uid)) {
      this.#send({ ...record.detail, row: { ...record.row, live: fact !== null } });
      this.#end();
    } else if (fact) {
      this.#uid = fact.uid;
      await this.#sendLive(fact, signal);
    } else if (world.complete && this.#uid === null) {
      this.#end(new Refused('NOT_FOUND', { key: 'builds.backend_no_build', params: { build: this.#name.name } }));
    }
  }

  async #sendLive(fact: BuildFact, signal: AbortSignal): Promise<void> {
    const { inquiry, world, pods } = this.#options;
    if (this.#whole?.metadata.resourceVersion !== fact.version) {
      this.#whole = (await inquiry.fetch(fact, signal)) ?? this.#whole;
    }
    if (!this.#whole) return;
    const pod = world.pod(fact.uid) ?? pods.of(fact.uid);
    const lines = stateOf(fact, pod) === 'failed' ? await inquiry.lines(fact) : [];
    this.#send(inquiry.detail(this.#whole, fact, pod, lines, true));
  }

  #fact(): BuildFact | null {
    const { world } = this.#options;
    return this.#uid === null ? world.buildNamed(this.#name.namespace, this.#name.name) : world.build(this.#uid);
  }

  #send(detail: BuildDetail): void {
    const text = JSON.stringify(detail);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#push(detail);
  }
}
