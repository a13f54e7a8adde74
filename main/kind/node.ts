import { chmod, rename, writeFile } from 'node:fs/promises';
import type { Docker } from '../docker/docker.ts';
import { KubernetesClient } from '../kubernetes/client.ts';
import { kinds } from '../kubernetes/resources.ts';
import { currentCondition, type Conditioned } from '../kubernetes/wait.ts';
import { thaw } from './frozen.ts';
import { names } from './names.ts';

/** Our node as the engine knows it. */
export interface NodeFacts {
  readonly running: boolean;
  /** What the API server is published on. */
  readonly address: string;
  readonly port: number;
}

/** The container of our node, null when there is none. */
export async function nodeFacts(docker: Docker): Promise<NodeFacts | null> {
  const container = await docker.containers.find(names.node);
  if (container === null) return null;
  const api = container.ports.find((port) => port.container === 6443);
  return { running: container.running, address: api?.address ?? '', port: api?.port ?? 0 };
}

/**
 * The cluster is finished and answers: our kubeconfig is accepted, the node is Ready, and what kind installs last, the
 * storage class, is there.
 */
export async function isWhole(kubeconfig: string, signal: AbortSignal): Promise<boolean> {
  try {
    const client = await KubernetesClient.fromFile(kubeconfig);
    try {
      const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(4000)]) };
      if (!(await client.ready(options.signal))) return false;
      const node = await client.find<Conditioned>(kinds.node, { name: names.node }, options);
      const storage = await client.find(kinds.storageClass, { name: 'standard' }, options);
      return node !== null && storage !== null && currentCondition(node, 'Ready')?.status === 'True';
    } finally {
      await client.dispose();
    }
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/**
 * Starts a node that stands still and waits until the cluster answers. False when it was never finished or does not come
 * back within `patienceMs`: then it has to be replaced.
 */
export async function wake(
  docker: Docker,
  kubeconfig: string,
  signal: AbortSignal,
  patienceMs = 120_000,
): Promise<boolean> {
  const container = await docker.containers.find(names.node);
  if (container === null) return false;
  if (!container.running) {
    await thaw(container.id);
    await docker.containers.start(names.node);
  }
  // The administrator's file is written by kubeadm at the very end of its work; without it kind was interrupted.
  const admin = await docker.containers.exec(names.node, ['cat', '/etc/kubernetes/admin.conf']);
  if (admin.code !== 0) return false;
  await writeAdminFile(docker, kubeconfig, admin.stdout);
  const end = Date.now() + patienceMs;
  // A cluster that kind did not finish answers too, but never gets its storage class.
  const unfinishedEnd = Date.now() + 25_000;
  while (Date.now() < end) {
    if (await isWhole(kubeconfig, signal)) return true;
    if (Date.now() > unfinishedEnd && (await lacksStorage(kubeconfig, signal))) return false;
    await new Promise((resolve) => setTimeout(resolve, 400));
    signal.throwIfAborted();
  }
  return false;
}

/** Our kubeconfig from the node's own: the same rights, with the address that this machine reaches. */
async function writeAdminFile(docker: Docker, file: string, admin: string): Promise<void> {
  const facts = await nodeFacts(docker);
  if (facts === null) return;
  const text = admin.replace(/server: https:\/\/\S+/, `server: https://${reachable(facts.address)}:${facts.port}`);
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
}

/** "All interfaces" is an address to listen on, not one to call. */
export function reachable(address: string): string {
  return address === '0.0.0.0' || address === '' ? '127.0.0.1' : address;
}

async function lacksStorage(kubeconfig: string, signal: AbortSignal): Promise<boolean> {
  try {
    const client = await KubernetesClient.fromFile(kubeconfig);
    try {
      return (
        (await client.ready(signal)) &&
        (await client.find(kinds.storageClass, { name: 'standard' }, { signal })) === null
      );
    } finally {
      await client.dispose();
    }
  } catch {
    return false;
  }
}
