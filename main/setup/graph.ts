import type { Progress, Step } from './step.ts';

/** What happens in a run, told as it happens. */
export interface Listener {
  started(id: string): void;
  /** `unchanged`: it was found done. */
  finished(id: string, unchanged: boolean): void;
  failed(id: string, error: unknown): void;
  progress(id: string): Progress;
}

/** How a run ended. `error` is the first failure; steps that were under way then were let finish or told to stop. */
export type Outcome =
  | { readonly kind: 'done'; readonly unchanged: boolean }
  | { readonly kind: 'failed'; readonly step: string; readonly error: unknown }
  | { readonly kind: 'cancelled' };

/**
 * Runs steps, each as soon as what it needs is done, so that independent work overlaps. After a failure
 * nothing new is started, steps under way are stopped, and their work so far stays in the world: the
 * next run finds it. Never throws.
 */
export async function runGraph<World>(
  steps: readonly Step<World>[],
  world: World,
  listener: Listener,
  signal: AbortSignal,
): Promise<Outcome> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const results = new Map<string, Promise<boolean>>();
  const changed: string[] = [];
  const failures: { step: string; error: unknown }[] = [];

  const stopped = () => both.aborted;

  const runStep = async (step: Step<World>): Promise<boolean> => {
    const before = await Promise.all(step.needs.map((id) => results.get(id) ?? Promise.resolve(true)));
    if (before.includes(false) || stopped()) return false;
    listener.started(step.id);
    try {
      const unchanged = await step.isDone(world, both);
      if (!unchanged) await step.run(world, listener.progress(step.id), both);
      both.throwIfAborted();
      listener.finished(step.id, unchanged);
      if (!unchanged) changed.push(step.id);
      return true;
    } catch (error) {
      // What fails because it was told to stop is not the cause of anything.
      if (!stopped()) failures.push({ step: step.id, error });
      stop.abort(error);
      listener.failed(step.id, error);
      return false;
    }
  };

  for (const step of inOrder(steps)) results.set(step.id, runStep(step));
  await Promise.all(results.values());
  const [first] = failures;
  if (first !== undefined) return { kind: 'failed', ...first };
  return signal.aborted ? { kind: 'cancelled' } : { kind: 'done', unchanged: changed.length === 0 };
}

/** Steps so that each comes after what it needs. Throws for unknown needs and circles: mistakes in the program. */
export function inOrder<World>(steps: readonly Step<World>[]): Step<World>[] {
  const ordered: Step<World>[] = [];
  const rest = [...steps];
  while (rest.length > 0) {
    const next = rest.findIndex((step) => step.needs.every((id) => ordered.some((done) => done.id === id)));
    const [step] = next === -1 ? [] : rest.splice(next, 1);
    if (step === undefined)
      throw new Error(`these steps need each other or something unknown: ${rest.map(({ id }) => id).join(', ')}`);
    ordered.push(step);
  }
  return ordered;
}
