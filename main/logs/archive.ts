import type { LogLine, LogName, LogStep } from '../../preload/contract/logs.ts';
import { asText } from './as-text.ts';
import { Changes } from './changes.ts';
import { readMarks } from './marks.ts';
import { LineSearch } from './search.ts';
import { listSteps, type LoggedPod, logFolder, podNumber, readAbout, stepFiles, stepName } from './step-files.ts';
import { readEntries, readLines, readState } from './step-reader.ts';
import { StepWriter } from './step-writer.ts';

export interface SearchResult {
  matches: { step: string; index: number }[];
  limited: boolean;
}

/** The most lines that a search gives. */
const mostMatches = 10_000;

/** The logs of all builds on disk, read the same way while they grow and long after. */
export class LogArchive {
  readonly root: string;
  readonly #changes: Changes;
  /** Steps being written now, by their log file. */
  readonly #writers = new Map<string, StepWriter>();
  #registering: Promise<unknown> = Promise.resolve();

  /** `root` is `Paths.logs`. `batch`: milliseconds between messages of `watch`. */
  constructor(root: string, batch = 100) {
    this.root = root;
    this.#changes = new Changes(batch, 1000);
  }

  /** The steps of a log that have begun; empty when there is none. */
  async steps(name: LogName): Promise<LogStep[]> {
    const folder = logFolder(this.root, name);
    const names = await listSteps(folder);
    return Promise.all(
      names.map(async (step) => {
        const files = stepFiles(folder, step);
        return this.#writers.get(files.log)?.state ?? (await readState(step, files));
      }),
    );
  }

  /**
   * The steps at once and after each change, at most one message in 100 ms, until the signal or the
   * reader ends it. What another process archives is noticed within a second.
   */
  async *watch(name: LogName, signal?: AbortSignal): AsyncGenerator<{ steps: LogStep[] }, void, undefined> {
    let told = '';
    for await (const steps of this.#changes.of(name.uid, () => this.steps(name), signal)) {
      const text = JSON.stringify(steps);
      if (text !== told) yield { steps };
      told = text;
    }
  }

  /** Up to `count` lines of a step from `from` on; none when the step is not there. */
  async lines(request: LogName & { step: string; from: number; count: number }): Promise<{ lines: LogLine[] }> {
    const folder = logFolder(this.root, request);
    if (!(await listSteps(folder)).includes(request.step)) return { lines: [] };
    return { lines: await readLines(stepFiles(folder, request.step), request.from, request.count) };
  }

  /** The last lines of a step, as evidence. */
  async tail(name: LogName, step: string, count: number): Promise<LogLine[]> {
    const state = (await this.steps(name)).find((each) => each.step === step);
    if (!state) return [];
    const { lines } = await this.lines({ ...name, step, from: Math.max(0, state.lines - count), count });
    return lines;
  }

  /** Lines that hold `query`, whatever the case, all steps in order, at most 10,000. */
  async search(request: LogName & { query: string }, signal?: AbortSignal): Promise<SearchResult> {
    const folder = logFolder(this.root, request);
    const matches: SearchResult['matches'] = [];
    for (const step of await listSteps(folder)) {
      const search = new LineSearch(request.query);
      for await (const region of readEntries(stepFiles(folder, step))) {
        signal?.throwIfAborted();
        // One more than is given tells whether there are more.
        const found = search.piece(region, mostMatches + 1 - matches.length);
        for (const index of found) matches.push({ step, index });
        if (matches.length > mostMatches) return { matches: matches.slice(0, mostMatches), limited: true };
      }
    }
    return { matches, limited: false };
  }

  /** The log as text in pieces: one step or, with null, all of them with a heading each. */
  async *text(
    request: LogName & { step: string | null; times: boolean; colours: boolean },
    signal?: AbortSignal,
  ): AsyncGenerator<{ text: string }, void, undefined> {
    const folder = logFolder(this.root, request);
    const all = await listSteps(folder);
    for (const step of request.step === null ? all : all.filter((each) => each === request.step)) {
      const files = stepFiles(folder, step);
      const { complete } = await readMarks(files.marks);
      // The heading that `kp build logs` writes.
      if (request.step === null) yield { text: `===> ${step.toUpperCase()}\n` };
      let before: string | null = null;
      for await (const region of readEntries(files)) {
        signal?.throwIfAborted();
        if (before !== null) yield { text: before };
        before = asText(region, request);
      }
      const whole = request.step === null || (complete?.newline ?? true);
      if (before !== null) yield { text: whole ? before : before.slice(0, -1) };
    }
  }

  /**
   * Opens a step for writing; the caller closes it through `release`. Steps come in the order of the
   * pod's containers.
   */
  async open(name: LogName, pod: LoggedPod, container: string): Promise<StepWriter> {
    const folder = logFolder(this.root, name);
    // One after the other: two containers of a new pod must not both add it.
    const registered = this.#registering.then(() => podNumber(folder, pod));
    this.#registering = registered.catch(() => undefined);
    const step = stepName(container, await registered);
    const files = stepFiles(folder, step);
    const writer = await StepWriter.open(step, files, () => this.#changes.changed(name.uid));
    this.#writers.set(files.log, writer);
    this.#changes.changed(name.uid);
    return writer;
  }

  /** Whether a container's log is archived to its end, without opening it for writing. */
  async isComplete(name: LogName, podUid: string, container: string): Promise<boolean> {
    const folder = logFolder(this.root, name);
    const { pods } = await readAbout(folder);
    const number = pods.findIndex((each) => each.uid === podUid);
    if (number === -1) return false;
    return (await readMarks(stepFiles(folder, stepName(container, number)).marks)).complete !== null;
  }

  /** The containers of a pod whose logs have begun, with the pod as it was given to `open`. */
  async begun(name: LogName, podUid: string): Promise<{ pod: LoggedPod; container: string }[]> {
    const folder = logFolder(this.root, name);
    const begun = new Set(await listSteps(folder));
    const { pods } = await readAbout(folder);
    const number = pods.findIndex((each) => each.uid === podUid);
    const pod = pods[number];
    if (!pod) return [];
    return pod.steps.filter((each) => begun.has(stepName(each, number))).map((container) => ({ pod, container }));
  }

  /** Closes what `open` gave. */
  async release(writer: StepWriter): Promise<void> {
    this.#writers.delete(writer.files.log);
    await writer.close();
  }
}
