import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogStep } from '../../preload/contract/logs.ts';
import { LogArchive } from '../../main/logs/archive.ts';
import { Tail, type TailTiming } from '../../main/logs/tail.ts';
import { StandInContainer } from './container.ts';

const name = { namespace: 'default', build: 'web-build-1', uid: 'uid-1' };
const pod = { uid: 'pod-1', name: 'web-build-1-build-pod', node: 'node', steps: ['build'] };
const quick: TailTiming = { afterCleanEnd: 0, backoff: [0, 1], silence: 10_000, forbidden: 1 };
const startedAt = Date.parse('2026-11-20T21:33:30Z');

/** One container whose log is followed into an archive of its own. */
export class Followed {
  readonly container = new StandInContainer(startedAt);
  readonly archive: LogArchive;
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
    this.archive = new LogArchive(root, 1);
  }

  static async start(): Promise<Followed> {
    return new Followed(await mkdtemp(path.join(tmpdir(), 'followed-')));
  }

  async dispose(): Promise<void> {
    await rm(this.root, { recursive: true });
  }

  /** Follows until the log is whole, or until the signal. */
  async follow(signal = new AbortController().signal, timing: Partial<TailTiming> = {}): Promise<void> {
    const writer = await this.archive.open(name, pod, 'build');
    try {
      await new Tail({ source: this.container, writer, startedAt }, signal, { ...quick, ...timing }).run();
    } finally {
      await this.archive.release(writer);
    }
  }

  /** Follows, is killed when so many lines are archived, lets `meanwhile` happen, and follows to the end. */
  async interrupted(count: number, meanwhile: () => void): Promise<void> {
    const stop = new AbortController();
    const first = this.follow(stop.signal).catch((error: unknown) => error);
    await this.linesArchived(count);
    stop.abort(new Error('killed'));
    await first;
    meanwhile();
    await this.follow();
  }

  /** Writes entries as an earlier process would have. */
  async archivedBefore(entries: string): Promise<void> {
    const writer = await this.archive.open(name, pod, 'build');
    await writer.append(Buffer.from(entries));
    await this.archive.release(writer);
  }

  /** The archived log with times, as it would be saved. */
  async archived(): Promise<string> {
    const texts: string[] = [];
    const request = { ...name, step: 'build', times: true, colours: true };
    for await (const { text } of this.archive.text(request)) texts.push(text);
    return texts.join('');
  }

  /** The bytes of the archive's file. */
  file(): Promise<Buffer> {
    return readFile(path.join(this.root, 'default', 'web-build-1', 'uid-1', 'build.log'));
  }

  /** Resolves when so many lines are archived. */
  async linesArchived(count: number): Promise<void> {
    for await (const { steps } of this.archive.watch(name)) if ((steps[0]?.lines ?? 0) >= count) return;
  }

  async state(): Promise<LogStep | undefined> {
    return (await this.archive.steps(name))[0];
  }
}

/** Numbered lines. */
export function lines(count: number, word = 'line'): string[] {
  return Array.from({ length: count }, (_, index) => `${word} ${index}`);
}
