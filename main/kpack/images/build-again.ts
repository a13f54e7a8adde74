import type { KubernetesClient } from '../../kubernetes/client.ts';
import { kinds } from '../../kubernetes/resources.ts';
import { explainWait } from '../explain/waiting.ts';
import { hasStalled } from '../facts/source.ts';
import { Refused } from '../refused.ts';
import { labels } from '../types.ts';
import type { World } from '../world/world.ts';
import { openBuild, type RowParts } from './row.ts';

/** kpack makes the build within some seconds. */
const patience = 5_000;

/**
 * Asks for one more build: an annotation on the newest Build, as `kp image trigger` does. While a build
 * runs, kpack makes the next one after it. Any change of the SourceResolver makes kpack look at a
 * repository again that it has given up. Gives back the new build's name, null when it is not there yet.
 * Source: https://github.com/vmware-tanzu/kpack-cli/blob/v0.17.1/pkg/commands/image/trigger.go
 */
export async function buildOnce(
  client: KubernetesClient,
  world: World,
  parts: RowParts,
): Promise<{ build: string | null }> {
  const { image, builds, source } = parts;
  const [newest] = builds;
  const stalled = source !== null && hasStalled(source);
  if (!newest && !stalled) {
    const wait = explainWait({ ...parts, build: null });
    throw new Refused('CONFLICT', wait.headline, { fixes: wait.fixes, raw: wait.raw });
  }
  const now = new Date().toISOString();
  if (stalled)
    await client.mergePatch(kinds.sourceResolver, source, {
      metadata: { annotations: { 'kpack-desktop.io/looked-again': now } },
    });
  if (newest)
    await client.mergePatch(kinds.build, newest, { metadata: { annotations: { [labels.buildNeeded]: now } } });
  if (openBuild(builds)) return { build: null };
  return { build: await nextBuild(world, image, newest?.number ?? 0) };
}

async function nextBuild(
  world: World,
  image: { namespace: string; name: string },
  after: number,
): Promise<string | null> {
  const find = () => world.builds(image.namespace, image.name).find((build) => build.number > after)?.name;
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const end = world.subscribe(() => {
    const name = find();
    if (name !== undefined) resolve(name);
  });
  const timer = setTimeout(() => resolve(find() ?? null), patience);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    end();
  }
}
