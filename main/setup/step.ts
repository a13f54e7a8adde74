import type { Text } from '../../preload/contract/index.ts';

/** What a running step tells about itself. */
export interface Progress {
  /** What it does right now. */
  detail(text: Text): void;
  /** 0 to 100, null when it cannot tell. */
  percent(value: number | null): void;
  /** A line of output, without its end. */
  line(text: string): void;
}

/** One step of setup or removal, as a value. */
export interface Step<World> {
  readonly id: string;
  readonly title: Text;
  /** What it will do, for the plan. */
  readonly does: Text;
  /** Steps that must be done before. */
  readonly needs: readonly string[];
  /** Milliseconds it usually takes, until this machine has its own experience. */
  readonly usualMs: number;
  /** Looks at the world, never at a file that says so. Asked at each run. */
  isDone(world: World, signal: AbortSignal): Promise<boolean>;
  /** Does it. Throws what went wrong, or the signal's reason. */
  run(world: World, progress: Progress, signal: AbortSignal): Promise<void>;
}
