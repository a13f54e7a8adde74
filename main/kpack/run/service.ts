import type { ObjectName } from '../../../preload/contract/live.ts';
import type { RunState } from '../../../preload/contract/run.ts';
import { dockerError } from '../../docker/errors.ts';
import { Refused } from '../refused.ts';
import { imageKey, type World } from '../world/world.ts';
import { freePort, isFree } from './ports.ts';
import { engineReference, type LocalRegistry } from './reference.ts';
import type { RunEngine } from './bring-up.ts';
import { Run } from './run.ts';
import { usePort } from './verdicts.ts';

export interface RunsOptions {
  readonly world: Pick<World, 'image'>;
  /** The engine of this machine; null when none answers. */
  readonly engine: () => Promise<RunEngine | null>;
  readonly registry: () => Promise<LocalRegistry | null>;
}

/** Built images running on the engine of this machine. Errors: `Refused`. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #runs = new Map<string, Run>();

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /**
   * Pulls the newest built image and starts it, in place of one that runs already. INVALID (field port)
   * when the port is taken, CONFLICT when there is no image yet, UNREACHABLE without an engine.
   */
  async start(
    request: ObjectName & { port: number | null; env: readonly { name: string; value: string }[] },
  ): Promise<{ started: true }> {
    const image = this.#options.world.image(request.namespace, request.name);
    if (!image) throw new Refused('NOT_FOUND', { key: 'builds.backend_no_image', params: { image: request.name } });
    if (image.latestImage === '')
      throw new Refused('CONFLICT', { key: 'builds.backend_run_not_built', params: { image: request.name } });
    const run = this.#run(request);
    const docker = await this.#engine();
    if (request.port !== null && run.state.port !== request.port && docker.local) await refuseTaken(request.port);
    const pull = engineReference(image.latestImage, await this.#options.registry());
    void run.start(docker, { image: image.latestImage, pull, port: request.port, env: request.env });
    return { started: true };
  }

  async stop(name: ObjectName): Promise<{ stopped: true }> {
    const docker = await this.#engine();
    try {
      await this.#run(name).stop(docker);
    } catch (error) {
      const { kind, message } = dockerError(error);
      throw new Refused(
        kind === 'not-running' ? 'UNREACHABLE' : 'FAILED',
        { key: 'builds.backend_run_no_engine' },
        { raw: message, error },
      );
    }
    return { stopped: true };
  }

  /** The state now and at each change, at most one message in 100 ms; ends with the signal. */
  async *watch(name: ObjectName, signal?: AbortSignal): AsyncGenerator<RunState, undefined, undefined> {
    const run = this.#run(name);
    const docker = await this.#options.engine();
    if (docker) await run.find(docker).catch(() => undefined);
    yield* run.watch(signal);
  }

  /** Lets go of all containers; they go on running. */
  dispose(): void {
    for (const run of this.#runs.values()) run.dispose();
    this.#runs.clear();
  }

  async #engine(): Promise<RunEngine> {
    const docker = await this.#options.engine();
    if (!docker) throw new Refused('UNREACHABLE', { key: 'builds.backend_run_no_engine' });
    return docker;
  }

  #run(name: ObjectName): Run {
    const key = imageKey(name.namespace, name.name);
    const known = this.#runs.get(key);
    if (known) return known;
    const run = new Run(key);
    this.#runs.set(key, run);
    return run;
  }
}

async function refuseTaken(port: number): Promise<void> {
  if (await isFree(port)) return;
  const fixes = [usePort(await freePort(port + 1))];
  throw new Refused('INVALID', { key: 'builds.backend_run_port_taken', params: { port } }, { field: 'port', fixes });
}
