import { RPCHandler } from '@orpc/server/message-port';
import type { ParentPort } from 'electron';
import { createBackend } from '../backend/backend.ts';
import { FaultLog } from '../backend/fault-log.ts';
import { version } from '../backend/version.ts';
import { askForLink, readNote } from '../server/running.ts';
import { ProcessLock } from '../storage/lock.ts';
import { dataFolder, Paths } from '../storage/paths.ts';
import { type FromBackend, toBackend } from './backend-messages.ts';

/**
 * The backend of the window, in a process of its own: its work never makes the window stutter, and it
 * starts anew when it dies. Each page talks to it through a MessagePort.
 * https://www.electronjs.org/docs/latest/api/process#processparentport
 */
async function main(parent: ParentPort): Promise<void> {
  const tell = (message: FromBackend): void => parent.postMessage(message);
  const paths = new Paths(dataFolder(process.env));
  paths.ensure();
  const lock = ProcessLock.acquire(paths.lock('server'), 'desktop');
  if (!(lock instanceof ProcessLock)) {
    const note = await readNote(paths.root, lock.pid);
    tell({ type: 'taken', link: note === null ? null : await askForLink(note).catch(() => null) });
    parent.on('message', ({ data }) => {
      if (toBackend.safeParse(data).data?.type === 'dispose') process.exit(0);
    });
    return;
  }
  const faults = new FaultLog((line) => process.stderr.write(`${line}\n`));
  const backend = await createBackend({ paths, host: 'desktop', version, follow: true, onFault: faults.take });
  const handler = new RPCHandler(backend.router);
  parent.on('message', ({ data, ports }) => {
    const message = toBackend.safeParse(data);
    const [port] = ports;
    if (message.data?.type === 'page' && port !== undefined) {
      handler.upgrade(port);
      port.start();
    }
    if (message.data?.type === 'dispose') {
      void backend.dispose().finally(() => {
        lock.release();
        process.exit(0);
      });
    }
  });
  tell({ type: 'ready' });
}

void main(process.parentPort);
