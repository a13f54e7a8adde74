import { join } from 'node:path';
import { dockerArchive } from '../oci/archive.ts';
import { layer, type Layer, type Layout } from '../oci/layout.ts';
import { Tree } from '../oci/tree.ts';
import { names } from '../versions.ts';
import { debianTree, type DebianFiles } from './debian.ts';

const registryConfig = `version: 0.1
log:
  level: info
  fields:
    service: registry
storage:
  filesystem:
    rootdirectory: /var/lib/registry
  delete:
    enabled: true
http:
  addr: :5000
`;

/** The registry as a container: port 5000, data in /var/lib/registry, as in the published image. */
export function addRegistry(layout: Layout, base: Layer, programs: string): void {
  const config = layer(new Tree().file('etc/distribution/config.yml', registryConfig).directory('var/lib/registry'));
  layout.image(names.registry, [base, layer(new Tree().program('bin/registry', join(programs, 'registry'))), config], {
    Entrypoint: ['/bin/registry', 'serve', '/etc/distribution/config.yml'],
    Env: ['PATH=/bin', 'OTEL_TRACES_EXPORTER=none'], // traces would go to a collector that is not there, with an error for each
    ExposedPorts: { '5000/tcp': {} },
    Volumes: { '/var/lib/registry': {} },
  });
}

/** The git server as an archive for `docker load`. It is no part of the bundle: in life it is somebody else's. */
export async function gitServerArchive(files: DebianFiles, programs: string): Promise<Buffer> {
  const kept = /^usr\/lib\/git-core\/(git|git-http-backend|git-sh-setup)$/;
  const tree = (await debianTree(files, files.git))
    .without(
      (path, entry) => path.startsWith('usr/lib/git-core/') && !kept.test(path) && (entry.data?.length ?? 0) > 200_000,
    )
    .directory('repos')
    .program('usr/bin/gitd', join(programs, 'gitd'));
  const config = { Entrypoint: ['/usr/bin/gitd'], Env: ['PATH=/usr/sbin:/usr/bin', 'GITD_ROOT=/repos'] };
  return dockerArchive([{ name: names.git, tree, config }]);
}
