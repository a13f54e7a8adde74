import type Dockerode from 'dockerode';
import { DockerError, dockerError } from './errors.ts';
import { textLines } from './text-lines.ts';

export interface LocalImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly architecture: string;
  /** Ports the image declares. */
  readonly exposedPorts: readonly number[];
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Images of one engine. */
export class Images {
  readonly #client: Dockerode;

  constructor(client: Dockerode) {
    this.#client = client;
  }

  /** An image by name, null when the engine does not have it. */
  async find(name: string): Promise<LocalImage | null> {
    try {
      const info = await this.#client.getImage(name).inspect();
      // The types promise more than a minimal image has.
      const config: { ExposedPorts?: object | null; Env?: string[] | null; Labels?: Record<string, string> | null } =
        info.Config;
      return {
        id: info.Id,
        tags: info.RepoTags,
        digests: info.RepoDigests,
        architecture: info.Architecture,
        exposedPorts: Object.keys(config.ExposedPorts ?? {}).map((port) => Number.parseInt(port, 10)),
        env: config.Env ?? [],
        labels: config.Labels ?? {},
      };
    } catch (error) {
      const problem = dockerError(error);
      if (problem.kind === 'not-found') return null;
      throw problem;
    }
  }

  /** Loads a docker-archive. Rejects with the engine's message when the archive is not accepted. */
  async load(archive: NodeJS.ReadableStream, signal?: AbortSignal): Promise<void> {
    try {
      const answer = await this.#client.loadImage(archive, { quiet: true });
      for await (const line of textLines(answer as AsyncIterable<Uint8Array>)) throwOnError(line);
      signal?.throwIfAborted();
    } catch (error) {
      throw dockerError(error);
    }
  }

  /**
   * Pulls an image. `onProgress` gets bytes done and bytes known so far, over all layers that report.
   * An abort ends the pull; layers that are complete stay in the engine.
   */
  async pull(name: string, onProgress: (done: number, total: number) => void, signal?: AbortSignal): Promise<void> {
    const layers = new Map<string, { current: number; total: number }>();
    try {
      const stream = (await this.#client.pull(
        name,
        signal === undefined ? {} : { abortSignal: signal },
      )) as AsyncIterable<Uint8Array>;
      for await (const line of textLines(stream)) {
        throwOnError(line);
        const { id, progressDetail } = JSON.parse(line) as {
          id?: string;
          progressDetail?: { current?: number; total?: number };
        };
        if (id === undefined || progressDetail?.total === undefined) continue;
        layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
        const sum = [...layers.values()].reduce(
          (all, layer) => ({ done: all.done + layer.current, total: all.total + layer.total }),
          { done: 0, total: 0 },
        );
        onProgress(sum.done, sum.total);
      }
    } catch (error) {
      throw dockerError(error);
    }
  }

  /** Removes a name, and the image with its last name; one that is not there is fine. */
  async remove(name: string): Promise<void> {
    try {
      await this.#client.getImage(name).remove({ force: true });
    } catch (error) {
      const problem = dockerError(error);
      if (problem.kind !== 'not-found') throw problem;
    }
  }
}

function throwOnError(line: string): void {
  if (line.trim() === '') return;
  const { error } = JSON.parse(line) as { error?: string };
  if (error !== undefined) throw new DockerError(error.includes('no space left') ? 'no-space' : 'other', error);
}
