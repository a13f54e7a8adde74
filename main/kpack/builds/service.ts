import type { BuildDetail, BuildRow } from '../../../preload/contract/builds.ts';
import type { LiveList, ObjectName } from '../../../preload/contract/live.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { BuildRecords } from '../../storage/build-records.ts';
import { asking, Refused } from '../refused.ts';
import { imageKey, type World } from '../world/world.ts';
import { cancelPod } from './cancel.ts';
import type { Inquiry } from './inquiry.ts';
import { ImageBuilds } from './list.ts';
import type { PodMemory } from './pod-memory.ts';
import type { Recorder } from './recorder.ts';
import { watchBuild } from './watch-one.ts';

export interface BuildsOptions {
  readonly client: KubernetesClient;
  readonly world: World;
  readonly records: BuildRecords;
  readonly recorder: Recorder;
  readonly inquiry: Inquiry;
  readonly pods: PodMemory;
}

/** The requests about builds. Errors: `Refused`. */
export class Builds {
  readonly #options: BuildsOptions;
  readonly #lists = new Map<string, ImageBuilds>();

  constructor(options: BuildsOptions) {
    this.#options = options;
  }

  /** Builds of an image: live ones and recorded ones, newest first. Ends with the signal. */
  watch(image: ObjectName, signal?: AbortSignal): AsyncIterable<LiveList<BuildRow>> {
    return this.#list(image).watch(signal);
  }

  /** One build, at each change; ends when the build has ended and everything about it is known. */
  watchOne(name: ObjectName, signal?: AbortSignal): AsyncIterable<BuildDetail> {
    return watchBuild(this.#options, name, signal);
  }

  /** Ends a running build. CONFLICT when it has ended already or has no pod yet. */
  async cancel(name: ObjectName): Promise<{ cancelled: true }> {
    const { world, client } = this.#options;
    const build = world.buildNamed(name.namespace, name.name);
    if (!build) throw new Refused('NOT_FOUND', { key: 'builds.backend_no_build', params: { build: name.name } });
    if (build.outcome !== 'open')
      throw new Refused('CONFLICT', { key: 'builds.backend_has_ended', params: { number: build.number } });
    const pod = world.pod(build.uid);
    if (!pod) throw new Refused('CONFLICT', { key: 'builds.backend_no_pod', params: { number: build.number } });
    await asking(() => cancelPod(client, pod));
    return { cancelled: true };
  }

  dispose(): void {
    for (const list of this.#lists.values()) list.dispose();
    this.#lists.clear();
  }

  /** One list per image, however many look at it; it is dropped when nobody does. */
  #list(image: ObjectName): ImageBuilds {
    const key = imageKey(image.namespace, image.name);
    const known = this.#lists.get(key);
    if (known) return known;
    const list = new ImageBuilds(this.#options, image, () => this.#lists.delete(key));
    this.#lists.set(key, list);
    return list;
  }
}
