import { watch } from 'node:fs';
import { type Paths } from '../storage/paths.ts';
import { type LockHolder, ProcessLock } from '../storage/lock.ts';
import { secret } from './access.ts';
import { LocalServer, type LocalServerOptions } from './local-server.ts';
import { PageFiles } from './page-files.ts';
import { type ServedRouter } from './request-limit.ts';
import { announce, askForLink, readNote, withdraw } from './running.ts';

/** How long the second start waits for the first one to be ready. */
const patienceMs = 10_000;

export interface ServeOptions {
  paths: Paths;
  /** The folder of the built page. */
  page: string;
  /** 0 takes a free one. */
  port: number;
  /** Makes the backend; only called when this process is the one that serves. */
  createBackend: () => Promise<{ router: ServedRouter; dispose: () => Promise<void> }>;
  onRefused: LocalServerOptions['onRefused'];
}

/** What became of a start. */
export type Served =
  | { state: 'serving'; server: LocalServer; dispose(): Promise<void> }
  /** Another process serves this data folder; `link` opens its page. */
  | { state: 'found'; link: string }
  /** Another process has this data folder and serves no page (the window). */
  | { state: 'taken'; holder: LockHolder };

/**
 * Serves the page, or finds the process that does: one for each data folder. Fails with EADDRINUSE when
 * the port is taken, and with ENOENT when the page was not built.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { paths } = options;
  paths.ensure();
  const lock = ProcessLock.acquire(paths.lock('server'), 'server');
  if (!(lock instanceof ProcessLock)) return findFirst(paths, lock);
  try {
    return await start(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function start(
  { paths, page, port, createBackend, onRefused }: ServeOptions,
  lock: ProcessLock,
): Promise<Served> {
  const files = await PageFiles.read(page);
  const key = secret();
  const backend = await createBackend();
  try {
    const server = await LocalServer.start({ router: backend.router, page: files, port, key, onRefused });
    await announce(paths.root, { port: server.port, key, pid: process.pid });
    const dispose = async (): Promise<void> => {
      await withdraw(paths.root);
      await server.dispose();
      await backend.dispose();
      lock.release();
    };
    return { state: 'serving', server, dispose };
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}

async function findFirst(paths: Paths, holder: LockHolder): Promise<Served> {
  if (holder.note !== 'server') return { state: 'taken', holder };
  const ended = AbortSignal.timeout(patienceMs);
  // The first one may be about to start: its announcement appears in the data folder.
  const changes = watch(paths.root, { signal: ended });
  changes.on('error', () => undefined);
  try {
    while (!ended.aborted) {
      const note = await readNote(paths.root, holder.pid);
      if (note !== null) return { state: 'found', link: await askForLink(note) };
      const { promise, resolve } = Promise.withResolvers<undefined>();
      changes.once('change', () => resolve(undefined));
      ended.addEventListener('abort', () => resolve(undefined), { once: true });
      await promise;
    }
  } finally {
    changes.close();
  }
  return { state: 'taken', holder };
}
