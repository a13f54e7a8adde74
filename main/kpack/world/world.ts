import type { Freshness, LiveList } from '../../../preload/contract/live.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { type BuildFact, newestFirst } from '../facts/build.ts';
import type { BuilderFact } from '../facts/builder.ts';
import type { ClaimFact } from '../facts/claim.ts';
import type { ImageFact } from '../facts/image.ts';
import type { PodFact } from '../facts/pod.ts';
import type { SourceFact } from '../facts/source.ts';
import { Grouped } from './grouped.ts';
import { watchersOf } from './watchers.ts';

/** Names an image in maps: `namespace/name`. */
export function imageKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** What changed: images by key, and builds and pods as they are now or were last. */
export interface WorldChange {
  readonly images: ReadonlySet<string>;
  readonly builds: { readonly before: readonly BuildFact[]; readonly after: readonly BuildFact[] };
  readonly pods: { readonly before: readonly PodFact[]; readonly after: readonly PodFact[] };
}

const nothing = { before: [], after: [] };

/**
 * Everything of kpack in the cluster, as small facts that stay true: one stream per kind, joined by
 * image. It is open from `start` to `dispose`, since builds are recorded whether or not anyone looks.
 */
export class World {
  readonly #images = new Grouped<ImageFact>((row) => imageKey(row.namespace, row.name));
  readonly #builds = new Grouped<BuildFact>((row) => imageKey(row.namespace, row.image));
  readonly #pods = new Grouped<PodFact>((row) => row.buildUid);
  readonly #sources = new Grouped<SourceFact>((row) => imageKey(row.namespace, row.image));
  readonly #claims = new Grouped<ClaimFact>((row) => imageKey(row.namespace, row.image));
  readonly #builders = new Grouped<BuilderFact>(builderKey);
  readonly #watchers: ReturnType<typeof watchersOf>;
  readonly #listeners = new Set<(change: WorldChange) => void>();
  readonly #ends: (() => void)[] = [];
  /** Watchers whose whole list has arrived here; they know it a moment earlier than they tell. */
  readonly #seen = new Set<unknown>();

  constructor(options: { client: KubernetesClient; onFault?: (error: unknown) => void }) {
    this.#watchers = watchersOf(options.client, options.onFault);
  }

  start(): void {
    const { images, builds, pods, sources, claims, builders, clusterBuilders } = this.#watchers;
    this.#follow(images, (message) => this.#tell(keysOf(this.#images.apply(message))));
    this.#follow(builds, (message) => {
      const changed = this.#builds.apply(message);
      this.#tell(new Set([...changed.before, ...changed.after].map((row) => imageKey(row.namespace, row.image))), {
        builds: changed,
      });
    });
    this.#follow(pods, (message) => {
      const changed = this.#pods.apply(message);
      this.#tell(new Set([...changed.before, ...changed.after].map((row) => imageKey(row.namespace, row.image))), {
        pods: changed,
      });
    });
    this.#follow(sources, (message) => this.#tell(ownersOf(this.#sources.apply(message))));
    this.#follow(claims, (message) => this.#tell(ownersOf(this.#claims.apply(message))));
    for (const watcher of [builders, clusterBuilders])
      this.#follow(watcher, (message) => this.#buildersChanged(message, watcher === builders));
  }

  /** Calls `listener` after each change. Returns the function that ends it. */
  subscribe(listener: (change: WorldChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  images(): IterableIterator<ImageFact> {
    return this.#images.all();
  }

  image(namespace: string, name: string): ImageFact | null {
    return this.#images.of(imageKey(namespace, name))[0] ?? null;
  }

  /** Builds of an image, newest first. */
  builds(namespace: string, image: string): BuildFact[] {
    return this.#builds.of(imageKey(namespace, image)).sort(newestFirst);
  }

  allBuilds(): IterableIterator<BuildFact> {
    return this.#builds.all();
  }

  build(uid: string): BuildFact | null {
    return this.#builds.get(uid) ?? null;
  }

  buildNamed(namespace: string, name: string): BuildFact | null {
    for (const build of this.#builds.all()) if (build.name === name && build.namespace === namespace) return build;
    return null;
  }

  allPods(): IterableIterator<PodFact> {
    return this.#pods.all();
  }

  /** The pod of a build; the newest when kpack had to make a second one. */
  pod(buildUid: string): PodFact | null {
    return this.#pods.of(buildUid).sort((a, b) => b.createdAt - a.createdAt)[0] ?? null;
  }

  source(namespace: string, image: string): SourceFact | null {
    return this.#sources.of(imageKey(namespace, image))[0] ?? null;
  }

  /** Phase of the volume claim of the image's cache, empty when there is none. */
  claimPhase(namespace: string, image: string): string {
    return this.#claims.of(imageKey(namespace, image))[0]?.phase ?? '';
  }

  builders(): BuilderFact[] {
    return [...this.#builders.all()];
  }

  /** The builder that an image of the namespace means by this reference. */
  builder(reference: { kind: string; name: string }, namespace: string): BuilderFact | null {
    const key =
      reference.kind === 'Builder'
        ? `Builder ${imageKey(namespace, reference.name)}`
        : `ClusterBuilder ${imageKey('', reference.name)}`;
    return this.#builders.of(key)[0] ?? null;
  }

  /** Every builder has been seen once, so that a missing one is really missing. */
  get buildersKnown(): boolean {
    return this.#seen.has(this.#watchers.builders) && this.#seen.has(this.#watchers.clusterBuilders);
  }

  /** Images, builds and pods have been seen once. */
  get complete(): boolean {
    const { images, builds, pods } = this.#watchers;
    return this.#seen.has(images) && this.#seen.has(builds) && this.#seen.has(pods);
  }

  /** The state of the stream that is worst off, of those that rows are made from. */
  get freshness(): Freshness {
    const order = ['forbidden', 'absent', 'reconnecting', 'loading', 'live'] as const;
    const all = [this.#watchers.images.freshness, this.#watchers.builds.freshness, this.#watchers.pods.freshness];
    const [first, ...others] = all.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.since - b.since);
    return first ?? others[0] ?? { state: 'loading', since: 0 };
  }

  /** Tries again at once whatever waits: after setup has installed kpack, for example. */
  hurry(): void {
    for (const watcher of Object.values(this.#watchers)) watcher.hurry();
  }

  dispose(): void {
    for (const end of this.#ends.splice(0)) end();
    for (const watcher of Object.values(this.#watchers)) watcher.dispose();
    this.#listeners.clear();
  }

  #follow<Row>(
    watcher: { subscribe(listener: (message: LiveList<Row>) => void): () => void },
    listener: (message: LiveList<Row>) => void,
  ): void {
    const take = (message: LiveList<Row>) => {
      if (message.type === 'snapshot' && message.complete) this.#seen.add(watcher);
      listener(message);
    };
    this.#ends.push(watcher.subscribe(take));
  }

  /** The two kinds of builders share one table: a snapshot of one must not remove the other. */
  #buildersChanged(message: LiveList<BuilderFact>, namespaced: boolean): void {
    const others =
      message.type === 'snapshot' ? this.builders().filter((each) => (each.namespace !== '') !== namespaced) : [];
    const whole = message.type === 'snapshot' ? { ...message, rows: [...message.rows, ...others] } : message;
    const { before, after } = this.#builders.apply(whole);
    const changed = new Set([...before, ...after].map(builderKey));
    const users = [...this.#images.all()].filter((image) => {
      const builder = this.builder(image.builder, image.namespace);
      return builder ? changed.has(builderKey(builder)) : before.some((each) => each.name === image.builder.name);
    });
    this.#tell(new Set(users.map((image) => imageKey(image.namespace, image.name))));
  }

  /** Also called without any change, so that a change of freshness is noticed. */
  #tell(images: ReadonlySet<string>, change: Partial<WorldChange> = {}): void {
    for (const listener of [...this.#listeners])
      listener({ images, builds: change.builds ?? nothing, pods: change.pods ?? nothing });
  }
}

function builderKey(row: BuilderFact): string {
  return `${row.kind} ${imageKey(row.namespace, row.name)}`;
}

function keysOf({ before, after }: { before: readonly ImageFact[]; after: readonly ImageFact[] }): Set<string> {
  return new Set([...before, ...after].map((row) => imageKey(row.namespace, row.name)));
}

function ownersOf<Row extends { namespace: string; image: string }>({
  before,
  after,
}: {
  before: readonly Row[];
  after: readonly Row[];
}): Set<string> {
  return new Set([...before, ...after].map((row) => imageKey(row.namespace, row.image)));
}
