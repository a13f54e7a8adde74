import type { ImageDefaults } from '../../../preload/contract/images.ts';
import type { BuilderFact } from '../facts/builder.ts';

/** Namespaces of the cluster itself, in which nobody builds. */
const system = /^(?:kube-|kpack$|local-path-storage$)/;

/** Proposals for an empty form: `default` first, then the other namespaces; builders that are ready first. */
export function imageDefaults(
  namespaces: readonly string[],
  registry: string | null,
  builders: readonly BuilderFact[],
): ImageDefaults {
  const own = namespaces
    .filter((name) => !system.test(name))
    .sort((a, b) => Number(b === 'default') - Number(a === 'default') || a.localeCompare(b));
  return {
    namespaces: own,
    tagPrefix: registry === null ? '' : `${registry}/apps/`,
    builders: [...builders]
      .sort((a, b) => Number(b.ready) - Number(a.ready) || a.name.localeCompare(b.name))
      .map(({ kind, name, ready, stack, buildpacks }) => ({
        kind,
        name,
        ready,
        stack,
        buildpacks: buildpacks.map(({ id, version }) => `${id}@${version}`),
      })),
  };
}
