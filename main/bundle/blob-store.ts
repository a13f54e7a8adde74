import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream, rmSync } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { RegistryError } from '../registry/errors.ts';
import { retrying, type RetryOptions } from '../registry/retry.ts';
import { verified } from '../registry/verify.ts';
import { BundleError } from './errors.ts';

export interface Wanted {
  readonly digest: string;
  /** Bytes, null where not known before. */
  readonly size: number | null;
}

/** Opens the content from byte `offset` on; the answer says where it really begins and, where known, the size of all. */
export type OpenAt = (
  offset: number,
  signal: AbortSignal,
) => Promise<{ readonly stream: Readable; readonly offset: number; readonly size: number | null }>;

/** How far one download is: bytes that are here, of all (null where not known). */
export type OnBytes = (done: number, total: number | null) => void;

/** A try counts as progress when it brought at least this much. */
const progressBytes = 256 * 1024;

/**
 * A folder of blobs named by their sha256. A blob has its name only when it is whole and checked; what is under way
 * lies beside it as `.part` and is continued, also by the next process.
 */
export class BlobStore {
  readonly #folder: string;
  readonly #retry: RetryOptions;
  readonly #running = new Map<string, Promise<void>>();

  constructor(folder: string, retry: RetryOptions) {
    this.#folder = folder;
    this.#retry = retry;
  }

  /** Where a blob lies. */
  path(digest: string): string {
    return join(this.#folder, digest.replace(':', '/'));
  }

  /** Bytes of a blob that is here, null when it is not. */
  async size(digest: string): Promise<number | null> {
    return sizeOf(this.path(digest));
  }

  /**
   * A blob's content, checked again on the way out. One that got damaged on the disk is thrown away and ends with
   * RegistryError `checksum`: the next download heals it.
   */
  async read(wanted: Wanted): Promise<Readable> {
    const path = this.path(wanted.digest);
    const file = await open(path, constants.O_RDONLY);
    return verified(file.createReadStream({ highWaterMark: 1024 * 1024 }), wanted, (found) => {
      // At once, not later: whoever sees the error may try again straight away.
      rmSync(path, { force: true });
      return new RegistryError('checksum', `${path} should be ${wanted.digest} but is ${found}`);
    });
  }

  /** Keeps bytes whose digest the caller has checked. */
  async put(digest: string, bytes: Uint8Array): Promise<void> {
    const path = this.path(digest);
    await this.#writing(async () => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, bytes);
      await rename(`${path}.new`, path);
    });
  }

  async remove(digest: string): Promise<void> {
    await rm(this.path(digest), { force: true });
  }

  /**
   * Downloads a blob unless it is here. Breaks, server errors and 429 are tried again and continued where it broke off.
   * Throws RegistryError (`checksum` when the content is not what the digest says), BundleError `disk-full`, or the
   * signal's reason. Two calls for one blob share the download.
   */
  async download(wanted: Wanted, openAt: OpenAt, onBytes: OnBytes, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const size = await this.size(wanted.digest);
      if (size !== null) {
        onBytes(size, size);
        return;
      }
      const running = this.#running.get(wanted.digest);
      if (running === undefined) break;
      // Somebody fetches it already. However that ends, look again: it may have been cancelled.
      await settledOr(running, signal);
    }
    const mine = this.#fetch(wanted, openAt, onBytes, signal);
    this.#running.set(wanted.digest, mine);
    try {
      await mine;
    } finally {
      this.#running.delete(wanted.digest);
    }
  }

  async #fetch(wanted: Wanted, openAt: OpenAt, onBytes: OnBytes, signal: AbortSignal): Promise<void> {
    const part = `${this.path(wanted.digest)}.part`;
    await this.#writing(() => mkdir(dirname(part), { recursive: true }));
    let startedOver = false;
    await retrying(this.#retry, signal, async (progressed) => {
      for (;;) {
        const continued = await this.#continue(part, wanted, openAt, onBytes, signal, progressed);
        if (continued === null) return;
        // Remains of an earlier download can be of another content: once from the beginning, then it is the server.
        await rm(part, { force: true });
        if (startedOver || !continued.resumed) throw continued.error;
        startedOver = true;
      }
    });
    await rename(part, this.path(wanted.digest));
  }

  /** Fetches the rest. Null when the file is whole and right, else what is wrong with it. */
  async #continue(
    part: string,
    wanted: Wanted,
    openAt: OpenAt,
    onBytes: OnBytes,
    signal: AbortSignal,
    progressed: () => void,
  ): Promise<{ error: RegistryError; resumed: boolean } | null> {
    const there = (await sizeOf(part)) ?? 0;
    const complete = wanted.size !== null && there >= wanted.size;
    const answer = complete ? null : await openFrom(openAt, there, signal);
    const start = answer === null ? there : answer.offset;
    const resumed = start > 0;
    const hash = await hashOf(part, start);
    const total = wanted.size ?? answer?.size ?? null;
    let done = start;
    onBytes(done, total);
    if (answer !== null) {
      const file = await open(part, start > 0 ? 'r+' : 'w');
      try {
        for await (const chunk of answer.stream as AsyncIterable<Buffer>) {
          await this.#writing(() => file.write(chunk, 0, chunk.length, done));
          hash.update(chunk);
          if (done - start < progressBytes && done + chunk.length - start >= progressBytes) progressed();
          done += chunk.length;
          onBytes(done, total);
        }
      } finally {
        await file.close();
      }
    }
    const { digest } = wanted;
    if (total !== null && done < total)
      throw new RegistryError('unreachable', `${digest} broke off at ${done} of ${total} bytes`);
    const found = `sha256:${hash.digest('hex')}`;
    if (found === digest && (total === null || done === total)) return null;
    const error = new RegistryError(
      'checksum',
      `What was downloaded should be ${digest} but is ${found} (${done} bytes)`,
    );
    return { error, resumed };
  }

  async #writing<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'ENOSPC' || code === 'EDQUOT') {
        throw new BundleError('disk-full', this.#folder, `There is no room left in ${this.#folder}`, { cause: error });
      }
      throw error;
    }
  }
}

/** Asks for the rest; from the beginning when the server cannot do that. */
async function openFrom(openAt: OpenAt, offset: number, signal: AbortSignal): ReturnType<OpenAt> {
  try {
    const answer = await openAt(offset, signal);
    if (answer.offset === offset || answer.offset === 0) return answer;
    answer.stream.destroy();
  } catch (error) {
    // 416: what we have is longer than what the server has.
    if (!(error instanceof RegistryError) || error.status !== 416 || offset === 0) throw error;
  }
  return openAt(0, signal);
}

async function hashOf(path: string, bytes: number): Promise<Hash> {
  const hash = createHash('sha256');
  if (bytes === 0) return hash;
  for await (const chunk of createReadStream(path, { end: bytes - 1, highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer);
  return hash;
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}

/** Waits for the end of other work, however it ends, or for the signal. */
async function settledOr(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const wake = () => resolve(undefined);
  signal.addEventListener('abort', wake, { once: true });
  try {
    await Promise.race([work.catch(() => undefined), promise]);
  } finally {
    signal.removeEventListener('abort', wake);
  }
}
