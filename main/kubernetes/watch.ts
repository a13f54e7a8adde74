import { setTimeout as sleep } from 'node:timers/promises';
import type { Freshness, LiveList } from '../../preload/contract/live.ts';
import type { KubernetesClient } from './client.ts';
import { isKubernetesError, type KubernetesError } from './errors.ts';
import { LiveRows } from './live-rows.ts';
import { Pace, watchTiming, type WatchTiming } from './pace.ts';
import { pagedList } from './paged-list.ts';
import { type ResourceKind, resourcePath } from './resources.ts';
import type { KubernetesObject } from './types.ts';
import { onWake } from './wake.ts';
import { WatchFaults } from './watch-faults.ts';
import { type Change, watchStream } from './watch-stream.ts';

export interface WatcherOptions<T extends KubernetesObject, Row> {
  readonly client: KubernetesClient;
  readonly kind: ResourceKind;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Makes a row of an object, which is dropped at once. Null: the object does not matter. */
  readonly project: (object: T) => Row | null;
  /** Told what `project` or a listener threw; such an object is left out. */
  readonly onFault?: (error: unknown) => void;
  readonly timing?: Partial<WatchTiming>;
}

/**
 * One live list of a kind: rows by uid, kept true by one stream however many subscribers there are.
 * The stream is opened by the first and closed after the last. It never gives up: whatever breaks it,
 * it goes on from the last known version, or lists again when the server has forgotten that.
 */
export class Watcher<Row, T extends KubernetesObject = KubernetesObject> {
  readonly #options: WatcherOptions<T, Row>;
  readonly #timing: WatchTiming;
  readonly #live: LiveRows<Row>;
  readonly #pace: Pace;
  readonly #faults: WatchFaults;
  #running: AbortController | null = null;
  /** Ends the attempt under way, not the watcher. */
  #attempt: AbortController | null = null;
  /** Where to go on; null: list first. */
  #version: string | null = null;
  #streamingLists = true;
  #contactAt = Date.now();
  #error: KubernetesError | null = null;

  constructor(options: WatcherOptions<T, Row>) {
    this.#options = options;
    this.#timing = { ...watchTiming, ...options.timing };
    this.#pace = new Pace(this.#timing.backoff);
    this.#faults = new WatchFaults(this.#timing, this.#pace);
    this.#live = new LiveRows(this.#timing.batch, (error) => options.onFault?.(error));
  }

  /** The rows known now, by uid; empty while nobody subscribes. */
  get rows(): ReadonlyMap<string, Row> {
    return this.#live.rows;
  }

  get freshness(): Freshness {
    return this.#live.freshness;
  }

  /** Every object has been seen once since the stream was started. */
  get complete(): boolean {
    return this.#live.complete;
  }

  /** What the server last refused, while it is not live. */
  get error(): KubernetesError | null {
    return this.#error;
  }

  /**
   * Calls `listener` with a snapshot before it returns, later with deltas, at most one in 100 ms;
   * `removes` are uids. A new snapshot replaces everything; one comes when the list has become
   * complete. Returns the function that ends the subscription.
   */
  subscribe(listener: (message: LiveList<Row>) => void): () => void {
    // The same function may subscribe twice.
    const own = (message: LiveList<Row>) => listener(message);
    this.#live.add(own);
    if (!this.#running) this.#start();
    return () => {
      this.#live.remove(own);
      if (this.#live.size === 0) this.#stop();
    };
  }

  /** Breaks off what it is doing and tries at once: after setup has made the kind known, for example. */
  hurry(): void {
    this.#pace.reset();
    this.#attempt?.abort(new Error('hurry'));
  }

  /** Ends the stream and all subscriptions. */
  dispose(): void {
    this.#live.dispose();
    this.#stop();
  }

  #start(): void {
    const running = new AbortController();
    this.#running = running;
    this.#contactAt = Date.now();
    const stopLooking = onWake(() => this.hurry(), this.#timing);
    running.signal.addEventListener('abort', stopLooking, { once: true });
    void this.#run(running.signal);
  }

  #stop(): void {
    this.#running?.abort(new Error('stopped'));
    this.#running = null;
    this.#version = null;
    this.#live.clear();
  }

  async #run(stopped: AbortSignal): Promise<void> {
    const isStopped = () => stopped.aborted;
    while (!isStopped()) {
      this.#attempt = new AbortController();
      const signal = AbortSignal.any([stopped, this.#attempt.signal]);
      const startedAt = Date.now();
      let wait: number;
      try {
        // Another access is another cluster, with versions of its own.
        if (await this.#options.client.refresh()) this.#version = null;
        await this.#watch(signal);
        wait = Date.now() - startedAt > this.#timing.lived ? this.#timing.afterCleanEnd : this.#pace.next();
      } catch (error) {
        if (isStopped()) return;
        wait = signal.aborted ? 0 : await this.#afterFailure(error);
      }
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, kind, namespace, labelSelector, fieldSelector } = this.#options;
    if (this.#version === null && !this.#streamingLists) await this.#listPages(signal);
    const version = this.#version;
    const query = {
      watch: 1,
      allowWatchBookmarks: true,
      timeoutSeconds: 300 + Math.floor(Math.random() * 60),
      labelSelector,
      fieldSelector,
      ...(version === null
        ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
        : { resourceVersion: version }),
    };
    const path = resourcePath(kind, { namespace });
    // What the list holds; null after its end. It comes in the order of names, so its versions say nothing.
    let seen = version === null ? new Set<string>() : null;
    for await (const change of watchStream<T>(client, path, query, { signal, silence: this.#timing.silence })) {
      // A chunk may still hold lines when everything was stopped.
      signal.throwIfAborted();
      this.#contactAt = Date.now();
      if (change.type !== 'open') this.#take(change, seen);
      if (change.type === 'bookmark' && change.initialEnd) seen = null;
      if (seen === null) this.#isLive();
    }
  }

  #take(change: Exclude<Change<T>, { type: 'open' }>, seen: Set<string> | null): void {
    this.#pace.reset();
    if (change.type === 'upsert') this.#upsert(change.object, seen);
    else if (change.type === 'remove') this.#live.delete(change.uid);
    else if (change.initialEnd && seen) this.#live.reconcile(seen);
    if (change.version !== '' && (seen === null || (change.type === 'bookmark' && change.initialEnd))) {
      this.#version = change.version;
    }
  }

  async #listPages(signal: AbortSignal): Promise<void> {
    const { client, kind, namespace, labelSelector, fieldSelector } = this.#options;
    const seen = new Set<string>();
    let end = '';
    const where = { namespace, labelSelector, fieldSelector, signal };
    const pages = pagedList((limit, token) => client.list<T>(kind, { ...where, limit, continue: token }));
    for await (const page of pages) {
      signal.throwIfAborted();
      this.#contactAt = Date.now();
      for (const object of page.objects) this.#upsert(object, seen);
      end = page.version;
    }
    this.#live.reconcile(seen);
    this.#version = end;
    this.#isLive();
  }

  #upsert(object: T, seen: Set<string> | null): void {
    const uid = object.metadata?.uid ?? '';
    try {
      const row = this.#options.project(object);
      if (row === null) {
        this.#live.delete(uid);
        return;
      }
      seen?.add(uid);
      this.#live.upsert(uid, row);
    } catch (error) {
      this.#options.onFault?.(error);
    }
  }

  #isLive(): void {
    if (this.freshness.state === 'live') return;
    this.#faults.recovered();
    this.#error = null;
    this.#live.freshness = { state: 'live', since: Date.now() };
  }

  /** Says how it stands; milliseconds to wait. */
  async #afterFailure(error: unknown): Promise<number> {
    this.#error = isKubernetesError(error) ? error : null;
    const renewed = isKubernetesError(error, 'unauthorized') && (await this.#options.client.refresh(true));
    const listing = this.#version === null && this.#streamingLists;
    const verdict = this.#faults.judge(error, { listing, renewed });
    if (verdict.paged) this.#streamingLists = false;
    if (verdict.relist) this.#version = null;
    if (verdict.state === 'absent') this.#live.reconcile(new Set());
    const since = verdict.state === 'reconnecting' ? this.#contactAt : Date.now();
    if (verdict.state) this.#live.freshness = { state: verdict.state, since };
    return verdict.wait;
  }
}
