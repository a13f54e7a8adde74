import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { BundleSource } from '../../main/bundle/bundle-source.ts';
import { dockerArchive } from '../../main/bundle/docker-archive.ts';
import { type Machine } from '../e2e/support/machine.ts';

interface Descriptor {
  readonly digest: string;
  readonly annotations: Record<string, string>;
}

/**
 * What a person would have carried in: one file per image for `docker load`, one folder per image for
 * `crane push`. Made before the clock starts, from the very bundle that the product reads. Returns the
 * environment of `setup-by-hand.sh`.
 */
export async function prepareByHand(machine: Machine, folder: string): Promise<NodeJS.ProcessEnv> {
  const bundle = JSON.parse(await readFile(path.join(machine.bundle, 'bundle.json'), 'utf8')) as {
    kind: { file: { path: string } };
    node: { image: string };
    registry: { image: string };
    kpack: { release: { path: string } };
  };
  const index = JSON.parse(await readFile(path.join(machine.bundle, 'index.json'), 'utf8')) as {
    manifests: Descriptor[];
  };
  const layouts = path.join(folder, 'images');
  const pushes: string[] = [];
  for (const manifest of index.manifests) {
    const name = manifest.annotations['org.opencontainers.image.ref.name'] ?? '';
    const layout = path.join(layouts, manifest.digest.slice(7, 19));
    await mkdir(layout, { recursive: true });
    await symlink(path.join(machine.bundle, 'blobs'), path.join(layout, 'blobs'));
    await writeFile(path.join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    await writeFile(path.join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
    if (name !== bundle.node.image && name !== bundle.registry.image)
      pushes.push(`${layout} ${name.slice(name.indexOf('/') + 1)}`);
  }
  await writeFile(path.join(folder, 'pushes'), `${pushes.join('\n')}\n`);
  for (const [file, image] of [
    ['node.tar', bundle.node.image],
    ['registry.tar', bundle.registry.image],
  ] as const) {
    await saveArchive(machine.bundle, image, path.join(folder, file));
  }
  return {
    ...machine.env,
    FOLDER: folder,
    KIND: path.join(machine.bundle, bundle.kind.file.path),
    NODE_IMAGE: bundle.node.image,
    REGISTRY_IMAGE: bundle.registry.image,
    RELEASE: path.join(machine.bundle, bundle.kpack.release.path),
  };
}

/** One image of the bundle as a file for `docker load`. */
async function saveArchive(bundle: string, name: string, file: string): Promise<void> {
  const source = await BundleSource.open(bundle, tmpdir(), { os: 'linux', arch: 'amd64', cgroup: 1 });
  try {
    const image = await source.image(name);
    await pipeline(dockerArchive(image, { tag: name }).stream, createWriteStream(file));
  } finally {
    await source.dispose();
  }
}
