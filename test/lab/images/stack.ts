import { layer, type ImageConfig, type Layer, type Layout } from '../oci/layout.ts';
import { Tree } from '../oci/tree.ts';
import { names, stackId, versions } from '../versions.ts';

/** The group that build and run share; the users differ, so that an application cannot write to its own files. */
const group = 1000;

/** The small layer in which two versions of a stack differ. */
function identity(version: string, user: number): Layer {
  const owner = { uid: user, gid: group };
  return layer(
    new Tree()
      .file(
        'etc/passwd',
        `root:x:0:0:root:/root:/bin/bash\ncnb:x:${user}:${group}:cnb:/home/cnb:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n`,
      )
      .file('etc/group', `root:x:0:\ncnb:x:${group}:\nnogroup:x:65534:\n`)
      .file('etc/lab-stack-version', `${version}\n`)
      .directory('home/cnb', owner)
      .directory('workspace', owner),
  );
}

function config(version: string, user: number): ImageConfig {
  return {
    User: `${user}:${group}`,
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'CNB_USER_ID=1001',
      `CNB_GROUP_ID=${group}`,
      `CNB_STACK_ID=${stackId}`,
    ],
    Labels: {
      'io.buildpacks.stack.id': stackId,
      'io.buildpacks.stack.description': 'Debian 12 with bash and coreutils',
      'io.buildpacks.stack.distro.name': 'debian',
      'io.buildpacks.stack.distro.version': '12',
      'io.buildpacks.stack.maintainer': 'lab',
      'io.buildpacks.stack.released': version,
      'io.buildpacks.base.distro.name': 'debian',
      'io.buildpacks.base.distro.version': '12',
      'org.opencontainers.image.version': version,
    },
  };
}

/** Build and run image in both versions: moving from the first to the second is what a rebase is about. */
export function addStack(layout: Layout, base: Layer): void {
  for (const version of [versions.stack.first, versions.stack.second]) {
    layout.image(names.build(version), [base, identity(version, 1001)], config(version, 1001));
    layout.image(names.run(version), [base, identity(version, 1002)], config(version, 1002));
  }
}
