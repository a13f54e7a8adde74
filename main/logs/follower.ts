import type { KubernetesClient } from '../kubernetes/client.ts';
import type { LogArchive } from './archive.ts';

/** What has to be known of a build's pod (the kpack room's PodFact is one). */
export interface ObservedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly build: string;
  readonly buildUid: string;
  readonly node: string;
  /** In the order of the pod's containers. Times in epoch milliseconds. */
  readonly steps: readonly {
    readonly name: string;
    readonly state: 'waiting' | 'running' | 'terminated';
    readonly startedAt: number | null;
    readonly finishedAt: number | null;
  }[];
}

/**
 * Follows the log of every container of every build's pod into the archive, whether or not anyone
 * looks. It is told about pods; it finds out by itself how far each log was archived before.
 */
export class BuildLogs {
  readonly #options: { client: KubernetesClient; archive: LogArchive };

  constructor(options: { client: KubernetesClient; archive: LogArchive }) {
    this.#options = options;
  }

  /** A pod is there or has changed. Cheap to call with what is known already. */
  observe(_pod: ObservedPod): void {
    throw new Error(`not written yet ${typeof this.#options}`);
  }

  /** A pod is gone from the cluster: what is still being read is read to its end, then closed. */
  gone(_podUid: string): void {
    throw new Error('not written yet');
  }

  /** Stops following; everything that was read is in the archive. */
  async dispose(): Promise<void> {
    await Promise.reject(new Error('not written yet'));
  }
}
