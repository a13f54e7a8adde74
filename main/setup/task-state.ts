import type { SetupOptions, SetupState, StepState, Verdict } from '../../preload/contract/index.ts';
import type { Listener, Outcome } from './graph.ts';
import type { Progress, Step } from './step.ts';

/** Lines kept per step. More is noise: what matters is at the end. */
const maxLines = 20_000;

interface Clock {
  /** Milliseconds that only grow. */
  now(): number;
}

/** The state of one run of setup or removal, as the page shows it; changes are announced. */
export class TaskState implements Listener {
  readonly #task: SetupState['task'];
  readonly #options: SetupOptions | null;
  readonly #steps: Map<string, StepState>;
  readonly #output = new Map<string, string[]>();
  readonly #clock: Clock;
  readonly #begin: number;
  readonly #startedAt: number;
  readonly #onChange: () => void;
  #phase: SetupState['phase'] = 'running';
  #end: number | null = null;
  #verdict: Verdict | null = null;
  #failedStep: string | null = null;
  #unchanged = false;

  constructor(
    task: SetupState['task'],
    steps: readonly Step<never>[],
    expected: (step: Step<never>) => number,
    options: SetupOptions | null,
    onChange: () => void,
    clock: Clock = performance,
  ) {
    this.#task = task;
    this.#options = options;
    this.#onChange = onChange;
    this.#clock = clock;
    this.#begin = clock.now();
    this.#startedAt = Date.now();
    this.#steps = new Map(
      steps.map((step) => [
        step.id,
        {
          id: step.id,
          title: step.title,
          needs: [...step.needs],
          state: 'waiting',
          unchanged: false,
          detail: null,
          percent: null,
          startedAt: null,
          finishedAt: null,
          expectedMs: expected(step),
          lines: 0,
        },
      ]),
    );
  }

  started(id: string): void {
    this.#update(id, { state: 'running', startedAt: this.#elapsed() });
  }

  finished(id: string, unchanged: boolean): void {
    this.#update(id, { state: 'done', unchanged, detail: null, percent: null, finishedAt: this.#elapsed() });
  }

  failed(id: string, error: unknown): void {
    this.progress(id).line(error instanceof Error ? error.message : String(error));
    this.#update(id, { state: 'cancelled', finishedAt: this.#elapsed() });
  }

  progress(id: string): Progress {
    return {
      detail: (detail) => {
        this.#update(id, { detail });
      },
      percent: (percent) => {
        this.#update(id, { percent });
      },
      line: (text) => {
        const lines = this.#output.get(id) ?? [];
        this.#output.set(id, lines);
        if (lines.length < maxLines) lines.push(text);
        this.#update(id, { lines: lines.length });
      },
    };
  }

  /** Ends the run. `verdict` belongs to a failure. */
  end(outcome: Outcome, verdict: Verdict | null): void {
    this.#end = this.#elapsed();
    this.#phase = outcome.kind;
    this.#verdict = verdict;
    if (outcome.kind === 'failed') {
      this.#failedStep = outcome.step;
      this.#update(outcome.step, { state: 'failed' });
    }
    if (outcome.kind === 'done') this.#unchanged = outcome.unchanged;
    this.#onChange();
  }

  get running(): boolean {
    return this.#end === null;
  }

  get options(): SetupOptions | null {
    return this.#options;
  }

  /** Output of one step from line `from` on. */
  output(step: string, from: number): string[] {
    return (this.#output.get(step) ?? []).slice(from);
  }

  /** Milliseconds a finished step took; null for one that was found done or did not finish. */
  duration(id: string): number | null {
    const step = this.#steps.get(id);
    if (step?.state !== 'done' || step.unchanged || step.startedAt === null || step.finishedAt === null) return null;
    return step.finishedAt - step.startedAt;
  }

  get snapshot(): SetupState {
    const elapsedMs = this.#end ?? this.#elapsed();
    const steps = [...this.#steps.values()];
    const { percent, remainingMs } = estimate(steps, elapsedMs);
    return {
      task: this.#task,
      phase: this.#phase,
      startedAt: this.#startedAt,
      elapsedMs,
      remainingMs: this.running ? remainingMs : null,
      percent: this.#phase === 'done' ? 100 : percent,
      steps,
      failedStep: this.#failedStep,
      verdict: this.#verdict,
      unchanged: this.#unchanged,
      options: this.#options,
    };
  }

  #elapsed(): number {
    return Math.round(this.#clock.now() - this.#begin);
  }

  #update(id: string, change: Partial<StepState>): void {
    const step = this.#steps.get(id);
    if (step === undefined) return;
    this.#steps.set(id, { ...step, ...change });
    this.#onChange();
  }
}

/**
 * Percent done, weighted by expected durations, and milliseconds left: the longest chain of what is
 * still to do, since independent steps run at the same time.
 */
export function estimate(steps: readonly StepState[], elapsedMs: number): { percent: number; remainingMs: number } {
  const left = (step: StepState): number => {
    if (step.state === 'done') return 0;
    if (step.state !== 'running' || step.startedAt === null) return step.expectedMs;
    if (step.percent !== null) return step.expectedMs * (1 - step.percent / 100);
    return Math.max(step.expectedMs * 0.05, step.expectedMs - (elapsedMs - step.startedAt));
  };
  const total = steps.reduce((sum, step) => sum + step.expectedMs, 0);
  const open = steps.reduce((sum, step) => sum + left(step), 0);
  const chains = new Map<string, number>();
  for (const step of steps) {
    chains.set(step.id, Math.max(0, ...step.needs.map((id) => chains.get(id) ?? 0)) + left(step));
  }
  return {
    percent: total === 0 ? 100 : Math.min(99, Math.floor(((total - open) / total) * 100)),
    remainingMs: Math.round(Math.max(0, ...chains.values())),
  };
}
