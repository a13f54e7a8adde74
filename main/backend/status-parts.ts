import { type Part } from '../../preload/contract/index.ts';
import { type Docker } from '../docker/docker.ts';
import { type EngineSearch } from '../docker/engine.ts';
import { names } from '../kind/names.ts';
import { type KubernetesClient } from '../kubernetes/client.ts';
import { isKubernetesError } from '../kubernetes/errors.ts';
import { kinds } from '../kubernetes/resources.ts';

/** How long one look may take, milliseconds. */
const lookMs = 3000;

/** The engine: the one that setup uses is the first that answers. */
export function enginePart({ engines, failures }: EngineSearch): Part {
  const [engine] = engines;
  if (engine !== undefined) {
    const { version, operatingSystem } = engine.info;
    // Docker Desktop and its like name themselves as the operating system.
    const name = /desktop|colima|orbstack/i.test(operatingSystem) ? operatingSystem : 'Docker';
    return { id: 'engine', state: 'ok', label: { key: 'cli.part_engine', params: { name, version } }, problem: null };
  }
  const failure =
    failures.find(({ candidate }) => candidate.chosen) ?? failures.find(({ error }) => error.kind === 'permission');
  const label = { key: 'cli.part_engine_none' } as const;
  if (failure === undefined) return { id: 'engine', state: 'none', label, problem: null };
  const key = failure.error.kind === 'permission' ? 'cli.part_engine_permission' : 'cli.part_engine_silent';
  return { id: 'engine', state: 'problem', label, problem: { key, params: { host: failure.candidate.host } } };
}

/** The API server and its version. */
export async function kubernetesPart(client: KubernetesClient | null): Promise<Part> {
  if (client === null)
    return { id: 'kubernetes', state: 'none', label: { key: 'cli.part_kubernetes_none' }, problem: null };
  try {
    const { gitVersion } = await client.json<{ gitVersion?: string }>({ path: '/version', timeoutMs: lookMs });
    const version = (gitVersion ?? '').replace(/^v/, '');
    if (!(await client.ready())) {
      return {
        id: 'kubernetes',
        state: 'starting',
        label: { key: 'cli.part_kubernetes', params: { version } },
        problem: null,
      };
    }
    return { id: 'kubernetes', state: 'ok', label: { key: 'cli.part_kubernetes', params: { version } }, problem: null };
  } catch (error) {
    const key = isKubernetesError(error, 'unauthorized', 'forbidden')
      ? 'cli.part_kubernetes_refused'
      : 'cli.part_kubernetes_silent';
    return {
      id: 'kubernetes',
      state: 'problem',
      label: { key: 'cli.part_kubernetes_unknown' },
      problem: { key, params: { address: client.server } },
    };
  }
}

interface Deployment {
  metadata?: { name?: string };
  spec?: { replicas?: number; template?: { metadata?: { labels?: Record<string, string> } } };
  status?: { availableReplicas?: number };
}

/** kpack's two deployments (controller and webhook). */
export async function kpackPart(client: KubernetesClient | null): Promise<Part> {
  const none: Part = { id: 'kpack', state: 'none', label: { key: 'cli.part_kpack_none' }, problem: null };
  if (client === null) return none;
  try {
    const { items } = await client.list<Deployment>(kinds.deployment, { namespace: 'kpack', timeoutMs: lookMs });
    if (items.length === 0) return none;
    // kpack's release writes its version on its pods (config/controller.yaml of the release).
    const version =
      items.map(({ spec }) => spec?.template?.metadata?.labels?.['version'] ?? '').find((one) => one !== '') ?? '';
    const label = { key: 'cli.part_kpack', params: { version } } as const;
    const missing = items.find(({ spec, status }) => (status?.availableReplicas ?? 0) < (spec?.replicas ?? 1));
    if (missing === undefined) return { id: 'kpack', state: 'ok', label, problem: null };
    const name = missing.metadata?.name ?? '';
    return { id: 'kpack', state: 'starting', label, problem: { key: 'cli.part_kpack_starting', params: { name } } };
  } catch {
    // Why the cluster does not answer is told once, by its own part.
    return { ...none, label: { key: 'cli.part_kpack_unknown' } };
  }
}

/** The local registry's container. */
export async function registryPart(docker: Docker | null): Promise<Part> {
  const none: Part = { id: 'registry', state: 'none', label: { key: 'cli.part_registry_none' }, problem: null };
  if (docker === null) return none;
  try {
    const container = await docker.containers.find(names.registry);
    if (container === null) return none;
    const address = container.addresses[names.network] ?? '';
    const label = {
      key: 'cli.part_registry',
      params: { address: address === '' ? names.registry : `${address}:5000` },
    } as const;
    if (container.running && address !== '') return { id: 'registry', state: 'ok', label, problem: null };
    const raw = container.error === '' ? String(container.exitCode) : container.error;
    return {
      id: 'registry',
      state: 'problem',
      label,
      problem: { key: 'cli.part_registry_stopped', params: { reason: raw } },
    };
  } catch {
    return none;
  }
}
