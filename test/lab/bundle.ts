import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sources, type Product, type Workshop } from './core/workshop.ts';
import { Layout, sha256, type Descriptor } from './oci/layout.ts';
import { names, stackId, versions } from './versions.ts';

export interface BundleInputs {
  readonly kind: Product;
  readonly node: Product;
  readonly images: Product;
}

/** A file beside the images, with what is needed to check it. */
async function addFile(
  bundle: string,
  path: string,
  source: string,
): Promise<{ path: string; sha256: string; size: number }> {
  const to = join(bundle, path);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(source, to);
  return { path, sha256: sha256(await readFile(to)), size: (await stat(to)).size };
}

/** Takes all images of another layout over. */
function takeAll(layout: Layout, other: string): void {
  const blob = (digest: string) =>
    JSON.parse(readFileSync(join(other, 'blobs', digest.replace(':', '/')), 'utf8')) as {
      config: Descriptor;
      layers: Descriptor[];
    };
  const index = JSON.parse(readFileSync(join(other, 'index.json'), 'utf8')) as { manifests: Descriptor[] };
  for (const image of index.manifests) {
    const { config, layers } = blob(image.digest);
    layout.take(other, image, [config, ...layers]);
  }
}

/**
 * The offline bundle, in the format that the application's setup reads: an OCI layout with every image, the other files, and
 * bundle.json, which says what is what. Images are hard links into the cache, so it costs no room of its own.
 */
export function offlineBundle(workshop: Workshop, { kind, node, images }: BundleInputs): Product {
  return workshop.product('bundle', [sources('bundle.ts', 'versions.ts'), kind, node, images], async (folder) => {
    const imagesFolder = await images.folder();
    const layout = new Layout(folder);
    takeAll(layout, join(imagesFolder, 'layout'));
    takeAll(layout, await node.folder());
    layout.finish();
    const { stack, buildpackage } = versions;
    const bundle = {
      format: 'kpack-desktop-bundle',
      formatVersion: 1,
      title: 'Lab',
      platform: 'linux/amd64',
      createdAt: new Date().toISOString(),
      kind: {
        version: `v${versions.kind}`,
        file: await addFile(folder, 'files/kind', join(await kind.folder(), 'kind')),
      },
      node: { kubernetes: `v${versions.kubernetes}`, image: names.node },
      registry: { image: names.registry },
      kpack: {
        version: versions.kpack,
        release: await addFile(
          folder,
          `files/kpack-release-${versions.kpack}.yaml`,
          join(imagesFolder, 'kpack-release.yaml'),
        ),
      },
      stacks: [{ name: 'base', id: stackId, build: names.build(stack.first), run: names.run(stack.first) }],
      store: { name: 'default', buildpackages: [names.web(buildpackage.first)] },
      builders: [{ name: 'base', stack: 'base', order: [[{ id: 'lab/web' }]] }],
      extras: [
        names.build(stack.second),
        names.run(stack.second),
        names.web(buildpackage.second),
        names.lifecycle(versions.lifecycleOther),
      ],
    };
    await writeFile(join(folder, 'bundle.json'), `${JSON.stringify(bundle, undefined, 2)}\n`);
  });
}
