import type { Containers } from '../../docker/containers.ts';
import type { Images, LocalImage } from '../../docker/images.ts';
import { containerPort, freePort } from './ports.ts';

/** Labels by which a container is found again, also by another run of this program. */
export const runLabels = {
  kind: 'io.kpack-desktop',
  run: 'io.kpack-desktop.run',
  image: 'io.kpack-desktop.image',
} as const;

/** What running needs of an engine. */
export interface RunEngine {
  /** Its ports are this machine's. */
  readonly local: boolean;
  readonly images: Pick<Images, 'pull'> & {
    find(name: string): Promise<Pick<LocalImage, 'exposedPorts' | 'env'> | null>;
  };
  readonly containers: Pick<Containers, 'find' | 'withLabel' | 'run' | 'stop' | 'remove' | 'logs'>;
}

/** What is to be started. */
export interface RunPlan {
  /** The image by the cluster's name, shown and kept in a label. */
  readonly image: string;
  /** The same by the engine's name. */
  readonly pull: string;
  readonly port: number | null;
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** Name of the container of an image; `key` is `namespace/name`. */
export function containerName(key: string): string {
  return `kpack-desktop-run-${key.replace('/', '-')}`;
}

/** Removes whatever runs of the image, and one of our name that lost its label. */
export async function removeAll(docker: RunEngine, key: string): Promise<void> {
  for (const each of await docker.containers.withLabel(`${runLabels.run}=${key}`))
    await docker.containers.remove(each.id);
  await docker.containers.remove(containerName(key));
}

/** Pulls the image unless the engine has it. `onPercent` only ever gets more. */
export async function pull(
  docker: RunEngine,
  plan: RunPlan,
  onPercent: (percent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  if (await docker.images.find(plan.pull)) return;
  let shown = -1;
  await docker.images.pull(
    plan.pull,
    (done, total) => {
      const percent = total === 0 ? -1 : Math.floor((done / total) * 100);
      // Sizes of later layers become known late: a bar that goes back tells nothing.
      if (percent <= shown) return;
      shown = percent;
      onPercent(percent);
    },
    signal,
  );
}

/** Makes and starts the container, published on 127.0.0.1 only. */
export async function create(docker: RunEngine, plan: RunPlan, key: string): Promise<void> {
  const image = await docker.images.find(plan.pull);
  const inside = containerPort(image ?? { exposedPorts: [], env: [] }, plan.env);
  const outside = plan.port ?? (await freePort(inside < 1024 ? inside + 8000 : inside));
  await docker.containers.run({
    name: containerName(key),
    image: plan.pull,
    labels: { [runLabels.kind]: 'run', [runLabels.run]: key, [runLabels.image]: plan.image },
    env: { PORT: String(inside), ...Object.fromEntries(plan.env.map(({ name, value }) => [name, value])) },
    ports: [{ container: inside, address: '127.0.0.1', port: outside }],
  });
}
