import type { BuildDetail, BuildRow } from '../../../preload/contract/builds.ts';
import type { Text } from '../../../preload/contract/text.ts';
import type { LogArchive } from '../../logs/archive.ts';
import type { BuildRecords } from '../../storage/build-records.ts';
import type { Durations } from '../../storage/durations.ts';
import { explainFailure } from '../explain/failure.ts';
import { say } from '../explain/verdicts.ts';
import type { BuildFact } from '../facts/build.ts';
import { podEnded } from '../facts/pod.ts';
import { isStep } from '../facts/steps.ts';
import { imageKey, type World } from '../world/world.ts';
import type { Inquiry } from './inquiry.ts';
import type { PodMemory } from './pod-memory.ts';
import { remainsOf } from './remains.ts';

export interface RecorderOptions {
  readonly world: World;
  readonly inquiry: Inquiry;
  readonly pods: PodMemory;
  readonly archive: Pick<LogArchive, 'watch' | 'tail'>;
  readonly records: BuildRecords;
  readonly durations: Durations;
  readonly onFault: (error: unknown) => void;
}

/** How long a record waits for the end of the log and of the pod before it is written without. */
const patience = 10_000;
const atOnce = 2;

/** Writes every build that has ended into the database, once, so that it reads the same when it is gone. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #waiting = new Map<string, { fact: BuildFact; deleted: boolean }>();
  readonly #recorded = new Map<string, Text | null>();
  readonly #listeners = new Set<(row: BuildRow) => void>();
  readonly #stop = new AbortController();
  readonly #working = new Set<Promise<void>>();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Calls `listener` with the row of each build that is recorded from now on. */
  subscribe(listener: (row: BuildRow) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Why a build failed, in one sentence: from its record, or from what is known before it is written. */
  causeOf(build: BuildFact): Text | null {
    if (build.outcome !== 'failed') return null;
    if (this.isRecorded(build.uid)) return this.#recorded.get(build.uid) ?? null;
    const { world, pods } = this.#options;
    const pod = world.pod(build.uid) ?? pods.of(build.uid);
    const image = world.image(build.namespace, build.image);
    const source = { url: image?.source.url ?? '', revision: build.commit, subPath: image?.source.subPath ?? '' };
    return explainFailure({
      build,
      pod,
      steps: pod?.steps ?? [],
      lines: [],
      source,
      tag: image?.tag ?? '',
      lastImage: image?.latestImage ?? '',
    }).headline;
  }

  isRecorded(uid: string): boolean {
    if (this.#recorded.has(uid)) return true;
    const known = this.#options.records.get(uid);
    if (known) this.#recorded.set(uid, known.row.cause);
    return known !== null;
  }

  /** Puts a build that has ended (or was deleted) on the list of what is to be written. */
  add(fact: BuildFact, deleted = false): void {
    if (this.isRecorded(fact.uid)) return;
    this.#waiting.set(fact.uid, { fact, deleted });
    this.#next();
  }

  /** Begins nothing any more; resolves when nothing uses the database. */
  async dispose(): Promise<void> {
    this.#stop.abort();
    this.#waiting.clear();
    this.#listeners.clear();
    await Promise.all(this.#working);
  }

  #next(): void {
    for (const [uid, { fact, deleted }] of this.#waiting) {
      if (this.#working.size >= atOnce || this.#stop.signal.aborted) return;
      this.#waiting.delete(uid);
      const work = this.#record(fact, deleted)
        .catch((error: unknown) => {
          if (!this.#stop.signal.aborted) this.#options.onFault(error);
        })
        .finally(() => {
          this.#working.delete(work);
          this.#next();
        });
      this.#working.add(work);
    }
  }

  async #record(fact: BuildFact, deleted: boolean): Promise<void> {
    const { inquiry, pods, world, records } = this.#options;
    await this.#settled(fact, deleted);
    const build = deleted ? null : await inquiry.fetch(fact, this.#stop.signal);
    const lines = await inquiry.lines(fact);
    this.#stop.signal.throwIfAborted();
    const pod = world.pod(fact.uid) ?? pods.of(fact.uid);
    const known = inquiry.detail(build ?? remainsOf(fact), fact, pod, lines, false);
    const detail = deleted && fact.outcome === 'open' ? cutShort(known) : known;
    records.save(detail.row, detail);
    this.#recorded.set(fact.uid, detail.row.cause);
    this.#measure(detail);
    pods.forget(fact.uid);
    for (const listener of [...this.#listeners]) listener(detail.row);
  }

  /** The pod has been seen ended and the failed step's log is whole, or enough time has passed. */
  async #settled(fact: BuildFact, deleted: boolean): Promise<void> {
    const limit = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(patience)]);
    const { world, archive } = this.#options;
    if (!deleted) {
      await until(world, limit, () => {
        const pod = world.pod(fact.uid);
        return pod === null || podEnded(pod);
      });
    }
    const step = fact.failedStep?.name;
    if (step === undefined) return;
    for await (const { steps } of archive.watch(
      { namespace: fact.namespace, build: fact.name, uid: fact.uid },
      limit,
    )) {
      if (steps.some((each) => each.step === step && each.complete)) return;
    }
  }

  /** Remembers how long the steps took, for the expectations of the next build. */
  #measure(detail: BuildDetail): void {
    const key = imageKey(detail.row.namespace, detail.row.image);
    for (const step of detail.steps) {
      if (step.state !== 'done' || step.startedAt === null || step.finishedAt === null || !isStep(step.name)) continue;
      this.#options.durations.add('build', key, step.name, step.finishedAt - step.startedAt);
    }
  }
}

/** A build that was taken away while it ran: nobody will ever say how it would have ended. */
function cutShort(detail: BuildDetail): BuildDetail {
  const cause = say('explain.build_deleted');
  const steps = detail.steps.map((step) =>
    step.state === 'running' || step.state === 'waiting' ? { ...step, state: 'skipped' as const } : step,
  );
  const ends = steps.flatMap((step) => step.finishedAt ?? []);
  const row: BuildRow = {
    ...detail.row,
    state: 'cancelled',
    cause,
    finishedAt: ends.length === 0 ? null : Math.max(...ends),
  };
  return { ...detail, row, steps, verdict: { headline: cause, where: null, evidence: [], fixes: [], raw: '' } };
}

/** Resolves when `test` is true after a change of the world, or when the signal ends. */
async function until(world: World, signal: AbortSignal, test: () => boolean): Promise<void> {
  if (test() || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = world.subscribe(() => {
    if (test()) resolve(undefined);
  });
  signal.addEventListener('abort', () => resolve(undefined), { once: true });
  await promise;
  end();
}
