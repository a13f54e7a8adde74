import type { ImageConfig } from './layout.ts';
import { sha256 } from './layout.ts';
import { writeTar, type Entry } from './tar.ts';
import type { Tree } from './tree.ts';

export interface ArchiveImage {
  readonly name: string;
  readonly tree: Tree;
  readonly config: ImageConfig;
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Several images as one archive of the kind `docker save` used to write. kind's build reads all names of such an archive only from
 * its old `repositories` file (of manifest.json it looks at the first image alone), and only when that file comes first.
 */
export function dockerArchive(images: readonly ArchiveImage[]): Buffer {
  const file = (data: Buffer | string): Entry => ({
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    data: Buffer.from(data),
  });
  const split = (name: string) =>
    [name.slice(0, name.lastIndexOf(':')), name.slice(name.lastIndexOf(':') + 1)] as const;
  const repositories: Record<string, Record<string, string>> = {};
  for (const [repository, tag] of images.map((image) => split(image.name)))
    (repositories[repository] ??= {})[tag] = '0'.repeat(64);
  const entries = new Map<string, Entry>([['repositories', file(JSON.stringify(repositories))]]);
  const packed = new Map<Tree, string>();
  const manifest = images.map(({ name, tree, config }) => {
    let diff = packed.get(tree);
    if (!diff) {
      const tar = tree.toTar();
      diff = sha256(tar);
      packed.set(tree, diff);
      entries.set(`${diff}/layer.tar`, file(tar));
    }
    const configuration = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: [path], WorkingDir: '/', ...config },
      rootfs: { type: 'layers', diff_ids: [`sha256:${diff}`] },
    });
    const configName = `${sha256(configuration)}.json`;
    entries.set(configName, file(configuration));
    return { Config: configName, RepoTags: [name], Layers: [`${diff}/layer.tar`] };
  });
  entries.set('manifest.json', file(JSON.stringify(manifest)));
  return writeTar(entries);
}
