import type { Freshness, LiveList } from '../../preload/contract/live.ts';
import type { KubernetesClient } from './client.ts';
import type { ResourceKind } from './resources.ts';
import type { KubernetesObject } from './types.ts';

export interface WatcherOptions<T extends KubernetesObject, Row> {
  readonly client: KubernetesClient;
  readonly kind: ResourceKind;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Makes a row of an object, which is dropped at once. Null: the object does not matter. */
  readonly project: (object: T) => Row | null;
}

/**
 * One live list of a kind: `Row`s by uid, kept true by one stream however many subscribers there are.
 * The stream is opened by the first and closed after the last.
 */
export class Watcher<Row, T extends KubernetesObject = KubernetesObject> {
  readonly #options: WatcherOptions<T, Row>;

  constructor(options: WatcherOptions<T, Row>) {
    this.#options = options;
  }

  /** The rows known now, by uid; empty while nobody subscribes. */
  get rows(): ReadonlyMap<string, Row> {
    throw new Error(`not written yet ${typeof this.#options}`);
  }

  get freshness(): Freshness {
    throw new Error('not written yet');
  }

  /** All rows have been seen once since the stream was started. */
  get complete(): boolean {
    throw new Error('not written yet');
  }

  /**
   * Calls `listener` with a snapshot at once, then with deltas, at most one in 100 ms; `removes` are
   * uids. A new snapshot replaces everything. Returns the function that ends the subscription.
   */
  subscribe(_listener: (message: LiveList<Row>) => void): () => void {
    throw new Error('not written yet');
  }

  /** Ends the stream and all subscriptions. */
  dispose(): void {
    throw new Error('not written yet');
  }
}
