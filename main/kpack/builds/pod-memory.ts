import { type PodFact, podEnded } from '../facts/pod.ts';
import type { WorldChange } from '../world/world.ts';

/** The last that was seen of each build's pod, kept after the pod is gone until its build is recorded. */
export class PodMemory {
  readonly #pods = new Map<string, PodFact>();

  take({ pods }: WorldChange, isRecorded: (buildUid: string) => boolean): void {
    const there = new Set(pods.after.map((pod) => pod.uid));
    // A pod that goes before its containers have ended was taken away.
    for (const pod of pods.before) {
      if (!there.has(pod.uid) && !podEnded(pod) && !isRecorded(pod.buildUid)) this.#keep({ ...pod, deleting: true });
    }
    for (const pod of pods.after) if (!isRecorded(pod.buildUid)) this.#keep(pod);
  }

  /** The newest pod of a build, null when none was ever seen. */
  of(buildUid: string): PodFact | null {
    return this.#pods.get(buildUid) ?? null;
  }

  forget(buildUid: string): void {
    this.#pods.delete(buildUid);
  }

  #keep(pod: PodFact): void {
    const known = this.#pods.get(pod.buildUid);
    if (!known || known.uid === pod.uid || known.createdAt <= pod.createdAt) this.#pods.set(pod.buildUid, pod);
  }
}
