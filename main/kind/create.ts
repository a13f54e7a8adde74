import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import type { MessageKey } from '../../preload/messages/index.ts';
import type { Text } from '../../preload/contract/index.ts';
import { bootstrapToken, clusterConfig } from './config.ts';
import { names } from './names.ts';
import { reachable } from './node.ts';
import { phaseOf, type KindPhase } from './progress.ts';
import { runTied } from './tied-process.ts';

/** The kind program, and the environment in which it finds the engine. */
export interface Kind {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
}

/** kind ended with an error; `lines` is all it said. */
export class KindError extends Error {
  override readonly name = 'KindError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.find((line) => line.startsWith('ERROR:'))?.slice('ERROR: '.length) ?? lines.at(-1) ?? 'kind failed');
    this.lines = lines;
  }

  /** A container of the node's name is there, or is being made by the engine right now. */
  get nameTaken(): boolean {
    return this.lines.some((line) => /container name "\S+" is already in use/.test(line));
  }
}

export interface CreateOptions {
  readonly address: string;
  readonly port: number;
  /** Node image as the engine has it. */
  readonly image: string;
  readonly kubernetes: string;
  readonly cgroup: '1' | '2';
  /** Where the administrator's kubeconfig goes. The user's own is never touched. */
  readonly kubeconfig: string;
  readonly hostName: string;
  readonly progress: { detail(text: Text): void; percent(value: number | null): void; line(text: string): void };
  readonly signal: AbortSignal;
}

const details: Readonly<Record<KindPhase, MessageKey>> = {
  image: 'setup.kind_image',
  nodes: 'setup.kind_nodes',
  configuration: 'setup.kind_configuration',
  control_plane: 'setup.kind_control_plane',
  network: 'setup.kind_network',
  storage: 'setup.kind_storage',
};

/** Makes the cluster. After an abort or a failure nothing of it is left. Throws KindError or the signal's reason. */
export async function createCluster(kind: Kind, options: CreateOptions): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kpack-desktop-kind-'));
  try {
    const config = path.join(folder, 'cluster.yaml');
    await writeFile(config, configOf(options), { mode: 0o600 });
    const args = [
      'create',
      'cluster',
      '--name',
      names.cluster,
      '--config',
      config,
      '--image',
      options.image,
      '--kubeconfig',
      path.join(folder, 'kubeconfig'),
    ];
    const { code, lines } = await runTied(kind.program, args, {
      env: kind.env,
      signal: options.signal,
      onLine: (line) => {
        options.progress.line(line);
        const phase = phaseOf(line);
        if (phase === null) return;
        options.progress.percent(phase.percent);
        options.progress.detail({ key: details[phase.phase] });
      },
    });
    if (code !== 0) throw new KindError(lines);
    await adopt(path.join(folder, 'kubeconfig'), options);
  } catch (error) {
    // kind removes what it made when it fails by itself; when it was stopped it cannot.
    await deleteCluster(kind, AbortSignal.timeout(60_000)).catch(() => undefined);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes the cluster; one that is not there is fine. Throws KindError. */
export async function deleteCluster(
  kind: Kind,
  signal: AbortSignal,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  const args = [
    'delete',
    'cluster',
    '--name',
    names.cluster,
    '--kubeconfig',
    path.join(tmpdir(), 'kpack-desktop-no-kubeconfig'),
  ];
  const { code, lines } = await runTied(kind.program, args, { env: kind.env, signal, onLine });
  if (code !== 0) throw new KindError(lines);
}

/** The new kubeconfig in its place, whole and private, with an address that can be called. */
async function adopt(written: string, { kubeconfig, address, port }: CreateOptions): Promise<void> {
  const text = (await readFile(written, 'utf8')).replace(
    /server: https:\/\/\S+/,
    `server: https://${reachable(address)}:${port}`,
  );
  await writeFile(`${kubeconfig}.new`, text, { mode: 0o600 });
  await chmod(`${kubeconfig}.new`, 0o600);
  await rename(`${kubeconfig}.new`, kubeconfig);
}

function configOf({ address, port, kubernetes, cgroup, hostName }: CreateOptions): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal);
  const short = hostName.split('.')[0] ?? hostName;
  return clusterConfig({
    name: names.cluster,
    apiServerAddress: address,
    apiServerPort: port,
    certificateNames: [...new Set([hostName, short, `${short}.local`])].concat(addresses.map((each) => each.address)),
    bootstrapToken: bootstrapToken((below) => randomInt(below)),
    cgroup,
    kubernetes,
  });
}
