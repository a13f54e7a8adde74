import type { LogName, LogStep } from '../../../preload/contract/index.ts';
import type { Client } from '../../app/transport.ts';
import { withoutEscapes } from './ansi.ts';
import { offsetOf, rowsBetween, totalHeight, type Row, type Section } from './layout.ts';
import { LineCache } from './lines.ts';

interface Match {
  readonly step: string;
  readonly index: number;
}

/** A line, or the row of a step, that the view is asked to show. A new one each time, so that the same place can be asked for twice. */
export interface Place {
  readonly step: string;
  readonly index: number | null;
}

/**
 * The log of one build as the view needs it: which steps there are, which are open, what is in
 * sight, what was searched. Lines stay in the backend except those lately in sight.
 */
export class LogModel {
  readonly #client: Client;
  readonly #name: LogName;
  readonly #cache: LineCache;
  readonly #stop = new AbortController();
  #steps = $state.raw<readonly LogStep[]>([]);
  #toggled = $state.raw<ReadonlyMap<string, boolean>>(new Map());
  #current = $state('');
  #version = $state(0);
  #query = $state('');
  #matches = $state.raw<readonly Match[]>([]);
  #limited = $state(false);
  #position = $state(0);
  #searching = new AbortController();
  #wanted = $state.raw<Place | null>(null);

  constructor(client: Client, name: LogName) {
    this.#client = client;
    this.#name = name;
    this.#cache = new LineCache(
      async (step, from, count) => (await client.logs.lines({ ...name, step, from, count })).lines,
      () => {
        this.#version += 1;
      },
    );
  }

  /** Reads the state of the log until `dispose`. Starts over after a lost connection. */
  async follow(): Promise<void> {
    const stopped = () => this.#stop.signal.aborted;
    while (!stopped()) {
      try {
        const stream = await this.#client.logs.watch(this.#name, { signal: this.#stop.signal });
        for await (const { steps } of stream) this.#steps = steps;
        return;
      } catch {
        if (stopped()) return;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  dispose(): void {
    this.#stop.abort();
    this.#searching.abort();
  }

  /** The step that runs or failed: open unless the reader folded it. */
  set current(step: string) {
    this.#current = step;
  }

  get steps(): readonly LogStep[] {
    return this.#steps;
  }

  get sections(): readonly Section[] {
    return this.#steps.map((step) => ({ step: step.step, lines: step.lines, open: this.isOpen(step.step) }));
  }

  get height(): number {
    return totalHeight(this.sections);
  }

  get warnings(): number {
    return this.#steps.reduce((sum, step) => sum + step.warnings, 0);
  }

  get lineCount(): number {
    return this.#steps.reduce((sum, step) => sum + step.lines, 0);
  }

  isOpen(step: string): boolean {
    return this.#toggled.get(step) ?? step === this.#current;
  }

  toggle(step: string, open = !this.isOpen(step)): void {
    this.#toggled = new Map(this.#toggled).set(step, open);
  }

  /** Opens a step and asks the view to show it, or one of its lines. */
  goTo(step: string, index: number | null): void {
    this.toggle(step, true);
    this.#wanted = { step, index };
  }

  /** The newest place that was asked for. */
  get wanted(): Place | null {
    return this.#wanted;
  }

  rows(from: number, to: number): Row[] {
    return rowsBetween(this.sections, from, to);
  }

  /** Pixels from the top to a line, or to the step's row. */
  offset(step: string, index: number | null): number {
    return offsetOf(this.sections, step, index);
  }

  /** The text of a line, null while it is on its way. Reading it asks for it. */
  line(step: string, index: number): { text: string; at: string; cut: boolean } | null {
    return this.#version >= 0 ? this.#cache.line(step, index) : null;
  }

  get query(): string {
    return this.#query;
  }

  get matches(): readonly Match[] {
    return this.#matches;
  }

  get limited(): boolean {
    return this.#limited;
  }

  /** Position of the current match, from 0. */
  get position(): number {
    return this.#position;
  }

  get currentMatch(): Match | null {
    return this.#matches[this.#position] ?? null;
  }

  /** Matches of one step, also of a folded one. */
  matchesIn(step: string): number {
    return this.#matches.filter((match) => match.step === step).length;
  }

  /** Searches the whole log; the newest search wins. Rejects when the backend does not answer. */
  async search(query: string): Promise<void> {
    this.#query = query;
    this.#searching.abort();
    this.#searching = new AbortController();
    const { signal } = this.#searching;
    if (query === '') {
      this.#matches = [];
      this.#limited = false;
      return;
    }
    const found = await this.#client.logs.search({ ...this.#name, query }, { signal });
    if (signal.aborted) return;
    this.#matches = found.matches;
    this.#limited = found.limited;
    this.#position = Math.max(0, found.matches.length - 1);
    this.#openMatch();
  }

  /** Goes to the next or previous match, around the end. */
  step(direction: 1 | -1): void {
    const count = this.#matches.length;
    if (count === 0) return;
    this.#position = (this.#position + direction + count) % count;
    this.#openMatch();
  }

  /** The whole log or one step as text, in pieces. */
  async *text(step: string | null, times: boolean): AsyncGenerator<string> {
    const stream = await this.#client.logs.text(
      { ...this.#name, step, times, colours: false },
      { signal: this.#stop.signal },
    );
    for await (const piece of stream) yield piece.text;
  }

  #openMatch(): void {
    const match = this.currentMatch;
    if (match !== null) this.goTo(match.step, match.index);
  }
}

/** Where `query` stands in a line, as [from, to) pairs over the text without escapes. Case does not matter. */
export function occurrences(line: string, query: string): [number, number][] {
  const text = withoutEscapes(line).toLowerCase();
  const wanted = query.toLowerCase();
  const found: [number, number][] = [];
  if (wanted === '') return found;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    found.push([at, at + wanted.length]);
  }
  return found;
}
