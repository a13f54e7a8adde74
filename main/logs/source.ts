import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { isKubernetesError } from '../kubernetes/errors.ts';
import { kinds, resourcePath } from '../kubernetes/resources.ts';
import type { KubernetesObject } from '../kubernetes/types.ts';
import { sinceTime } from './entry.ts';

/** One container of one pod. */
export interface ContainerName {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly node: string;
  readonly container: string;
}

export type ContainerState = 'waiting' | 'running' | 'terminated' | 'gone';

/** Where the log of one container comes from. */
export interface LogSource {
  /** Entries from a second on (null: from the start), as they come until the container has ended. */
  follow(since: number | null, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /** How the container is; `gone` when its pod is, or another has its name. */
  state(signal: AbortSignal): Promise<ContainerState>;
  /** Names of the log files that were put aside when they had become large, oldest first. */
  rotated(signal: AbortSignal): Promise<string[]>;
  /** A rotated file as the container runtime wrote it. */
  read(file: string, signal: AbortSignal): AsyncIterable<Buffer>;
}

interface PodStatus extends KubernetesObject {
  status?: {
    initContainerStatuses?: { name: string; state?: Record<string, unknown> }[];
    containerStatuses?: { name: string; state?: Record<string, unknown> }[];
  };
}

/** The log of a container through the API server. Errors are those of the client. */
export class ApiLogSource implements LogSource {
  readonly #client: KubernetesClient;
  readonly #name: ContainerName;

  constructor(client: KubernetesClient, name: ContainerName) {
    this.#client = client;
    this.#name = name;
  }

  async follow(since: number | null, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const { namespace, pod, container } = this.#name;
    const path = resourcePath(kinds.pod, { namespace, name: pod, subresource: 'log' });
    const query = {
      container,
      follow: true,
      timestamps: true,
      sinceTime: since === null ? undefined : sinceTime(since),
    };
    return (await this.#client.stream(path, signal, query)).body;
  }

  async state(signal: AbortSignal): Promise<ContainerState> {
    const { namespace, pod, podUid, container } = this.#name;
    const found = await this.#client.find<PodStatus>(kinds.pod, { namespace, name: pod }, { signal });
    if (found?.metadata?.uid !== podUid) return 'gone';
    const { initContainerStatuses = [], containerStatuses = [] } = found.status ?? {};
    const state = [...initContainerStatuses, ...containerStatuses].find((each) => each.name === container)?.state;
    if (state?.['terminated']) return 'terminated';
    return state?.['running'] ? 'running' : 'waiting';
  }

  /**
   * The kubelet shows the node's log folder as a page of links. This needs permission for nodes/proxy.
   * Rotated files are `0.log.20261120-213335`, later `….gz`.
   */
  async rotated(signal: AbortSignal): Promise<string[]> {
    const page = await this.#client.text(this.#folder(), undefined, { signal, timeoutMs: 30_000 });
    const names = [...page.matchAll(/href="([^"]+)"/g)].map((match) => decodeURIComponent(match[1] ?? ''));
    const files = names.filter((name) => /^\d+\.log\.\d{8}-\d{6}(\.gz)?$/.test(name));
    // While one is being compressed both are there.
    return files.filter((name) => !(name.endsWith('.gz') && files.includes(name.slice(0, -3)))).sort();
  }

  async *read(file: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const body = await this.#open(file, signal);
    if (file.endsWith('.gz')) yield* unzipped(body);
    else yield* body;
  }

  /** A file may have been compressed since it was listed. */
  async #open(file: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    try {
      return (await this.#client.stream(`${this.#folder()}${file}`, signal)).body;
    } catch (error) {
      if (file.endsWith('.gz') || !isKubernetesError(error, 'absent', 'not-found')) throw error;
      return unzipped((await this.#client.stream(`${this.#folder()}${file}.gz`, signal)).body);
    }
  }

  #folder(): string {
    const { namespace, pod, podUid, node, container } = this.#name;
    const proxy = resourcePath(kinds.node, { name: node, subresource: 'proxy' });
    return `${proxy}/logs/pods/${namespace}_${pod}_${podUid}/${container}/`;
  }
}

async function* unzipped(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const source = Readable.from(body);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Buffer;
  } finally {
    source.destroy();
  }
}
