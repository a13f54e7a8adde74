import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Debian } from '../core/debian.ts';
import { run } from '../core/run.ts';
import { sources, type Product, type Workshop } from '../core/workshop.ts';
import { layer, Layout } from '../oci/layout.ts';
import { Tree } from '../oci/tree.ts';
import type { GoPrograms } from '../programs/go.ts';
import { versions } from '../versions.ts';
import { addBuildpackages } from './buildpacks.ts';
import { debianPackages, debianTree, staticTree, type DebianFiles } from './debian.ts';
import { addKpack, addLifecycle } from './kpack.ts';
import { kpackRelease } from './release.ts';
import { addRegistry, gitServerArchive } from './servers.ts';
import { addStack } from './stack.ts';

async function debianFiles(debian: Debian): Promise<DebianFiles> {
  const get = (packages: readonly string[]) => debian.debs('bookworm', packages);
  return {
    base: await get(debianPackages.base),
    git: await get(debianPackages.git),
    certificates: await get(debianPackages.certificates),
    busybox: await get(debianPackages.busybox),
  };
}

async function busybox(files: DebianFiles): Promise<{ program: Buffer; version: string }> {
  const [deb = ''] = files.busybox;
  const found = (await new Tree().debs([deb])).below('bin').find(([path]) => path === 'bin/busybox');
  if (!found?.[1].data) throw new Error('no busybox in the package busybox-static');
  const version = (await run('dpkg-deb', ['-f', deb, 'Version'])).replace(/^\d+:/, '');
  return { program: found[1].data, version };
}

/** All images of the bundle but the node's: an OCI layout in `layout/`, and kpack's release YAML that names them by digest. */
export function imageSet(workshop: Workshop, debian: Debian, go: GoPrograms): Product {
  const own = sources('images', 'oci', 'buildpacks', 'versions.ts');
  return workshop.product('images', [own, go.kpack, go.lifecycle, go.lifecycleOther, go.registry], async (folder) => {
    const files = await debianFiles(debian);
    const layout = new Layout(join(folder, 'layout'));
    const small = layer(await staticTree(files));
    addStack(layout, layer(await debianTree(files)));
    addBuildpackages(layout, await busybox(files));
    addRegistry(layout, small, await go.registry.folder());
    const kpack = addKpack(layout, small, await go.kpack.folder());
    const lifecycle = addLifecycle(layout, small, await go.lifecycle.folder(), versions.lifecycle);
    addLifecycle(layout, small, await go.lifecycleOther.folder(), versions.lifecycleOther);
    layout.finish();
    await writeFile(join(folder, 'kpack-release.yaml'), await kpackRelease(kpack, lifecycle));
  });
}

/** The git server's image, `git.tar`. */
export function gitServerImage(workshop: Workshop, debian: Debian, go: GoPrograms): Product {
  return workshop.product(
    'git-server',
    [sources('images/servers.ts', 'images/debian.ts', 'oci'), go.git],
    async (folder) => {
      await writeFile(
        join(folder, 'git.tar'),
        await gitServerArchive(await debianFiles(debian), await go.git.folder()),
      );
    },
  );
}
