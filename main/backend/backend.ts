import { type DatabaseSync } from 'node:sqlite';
import { LogArchive } from '../logs/archive.ts';
import { SetupService } from '../setup/service.ts';
import { BuildRecords } from '../storage/build-records.ts';
import { openDatabase } from '../storage/database.ts';
import { Durations } from '../storage/durations.ts';
import { type Paths } from '../storage/paths.ts';
import { SettingsStore } from '../storage/settings.ts';
import { appHandlers } from './app.ts';
import { buildHandlers } from './builds.ts';
import { Cluster } from './cluster.ts';
import { Connection } from './connection.ts';
import { guardedContract } from './guarded.ts';
import { imageHandlers } from './images.ts';
import { logHandlers } from './logs.ts';
import { Machine } from './machine.ts';
import { runHandlers } from './run.ts';
import { setupHandlers } from './setup.ts';
import { StatusMonitor } from './status.ts';

export interface BackendOptions {
  paths: Paths;
  host: 'desktop' | 'server';
  version: string;
  /** Archive logs and record builds here. One process of a data folder does: the one that holds its `server` lock. */
  follow: boolean;
  /** Told about faults that nobody asked about: mistakes of ours, a cluster that cannot be watched. */
  onFault: (error: unknown) => void;
}

/**
 * The one place where services are made and tied together, and the contract with them. It connects to
 * the cluster as soon as there is one. `dispose` ends every stream and waits for what is being written.
 */
export async function createBackend({ paths, host, version, follow, onFault }: BackendOptions) {
  paths.ensure();
  const database: DatabaseSync = openDatabase(paths.database);
  const records = new BuildRecords(database);
  const durations = new Durations(database);
  const archive = new LogArchive(paths.logs);
  const machine = new Machine();
  const connection = new Connection(
    paths.kubeconfig,
    (client) => new Cluster({ client, machine, archive, records, durations, follow, onFault }),
  );
  const setup = new SetupService({
    paths,
    durations,
    onDone: () => {
      void connection.refresh();
      status.hurry();
    },
  });
  const status = new StatusMonitor({
    client: () => connection.client,
    glance: () => connection.services?.glance() ?? null,
    subscribe: (listener) => subscribeToCluster(connection, listener, () => status.hurry()),
  });
  const os = guardedContract(onFault);
  const router = os.router({
    app: appHandlers(os.app, {
      info: { version, host, dataFolder: paths.root },
      status,
      settings: new SettingsStore(paths.settings),
    }),
    setup: setupHandlers(os.setup, setup),
    images: imageHandlers(os.images, connection),
    builds: buildHandlers(os.builds, connection),
    logs: logHandlers(os.logs, archive),
    run: runHandlers(os.run, connection),
  });
  await connection.start();
  const dispose = async (): Promise<void> => {
    status.dispose();
    await setup.dispose();
    await connection.dispose();
    database.close();
  };
  return { router, dispose };
}
export type Backend = Awaited<ReturnType<typeof createBackend>>;

/** Calls `onChange` when something in the cluster changes, `onCluster` when the cluster becomes another one. */
function subscribeToCluster(connection: Connection<Cluster>, onChange: () => void, onCluster: () => void): () => void {
  let unsubscribe = connection.services?.world.subscribe(onChange);
  const end = connection.subscribe(() => {
    unsubscribe?.();
    unsubscribe = connection.services?.world.subscribe(onChange);
    onCluster();
  });
  return () => {
    unsubscribe?.();
    end();
  };
}
