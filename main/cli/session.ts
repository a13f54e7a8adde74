import { createRouterClient } from '@orpc/server';
import { createBackend } from '../backend/backend.ts';
import { version } from '../backend/version.ts';
import { connectTo, readNote } from '../server/running.ts';
import { ProcessLock } from '../storage/lock.ts';
import { type Paths } from '../storage/paths.ts';
import { type Session } from './run.ts';

/**
 * The backend of one command. With `follow` it has to see builds and archive their logs, which one
 * process of a data folder does: when a server runs already, the command talks to that one's
 * backend. Setup, status and remove look at the world themselves and always run here.
 */
export async function openSession(paths: Paths, follow: boolean): Promise<Session> {
  paths.ensure();
  const lock = follow ? ProcessLock.acquire(paths.lock('server'), 'command') : null;
  if (lock !== null && !(lock instanceof ProcessLock)) {
    const note = await readNote(paths.root, lock.pid);
    if (note !== null) {
      const { client, dispose } = await connectTo(note);
      return {
        client,
        dispose: async () => {
          dispose();
          return Promise.resolve();
        },
      };
    }
  }
  const held = lock instanceof ProcessLock ? lock : null;
  const backend = await createBackend({
    paths,
    host: 'server',
    version,
    follow: held !== null,
    onFault: () => undefined,
  });
  const dispose = async (): Promise<void> => {
    await backend.dispose();
    held?.release();
  };
  return { client: createRouterClient(backend.router, { context: {} }), dispose };
}
