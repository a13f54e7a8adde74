import { Tree } from '../oci/tree.ts';

/** What the lab's images need of Debian 12; no package manager, no init. */
const base =
  'base-files bash libc6 libtinfo6 coreutils libselinux1 libpcre2-8-0 libacl1 libattr1 libgmp10 sed grep tar gzip findutils mawk netbase'.split(
    ' ',
  );

const unread =
  /^usr\/share\/(doc|man|info|locale|lintian|bash-completion|common-licenses|perl5|gitweb|git-core\/contrib)$|^usr\/lib\/x86_64-linux-gnu\/gconv$/;

/** The packages of images, by what they are for. */
export interface DebianFiles {
  readonly base: readonly string[];
  readonly git: readonly string[];
  readonly certificates: readonly string[];
  readonly busybox: readonly string[];
}

/** Names of the packages behind `DebianFiles`. */
export const debianPackages = {
  base,
  git: ['git', 'zlib1g'],
  certificates: ['ca-certificates'],
  busybox: ['busybox-static'],
} as const;

/** Mozilla's list of authorities as one file, which is where programs look for it. */
async function authorities(files: DebianFiles): Promise<Buffer> {
  const found = await new Tree().debs(files.certificates);
  return Buffer.concat(
    found.below('usr/share/ca-certificates/mozilla').map(([, entry]) => entry.data ?? Buffer.alloc(0)),
  );
}

const nsswitch = 'passwd: files\ngroup: files\nhosts: files dns\n';

/** A small Debian 12 with a shell: the base of the stack and of the git server. */
export async function debianTree(files: DebianFiles, more: readonly string[] = []): Promise<Tree> {
  const tree = new Tree();
  for (const folder of ['bin', 'sbin', 'lib', 'lib64'])
    tree.directory(`usr/${folder}`).symlink(folder, `usr/${folder}`);
  for (const folder of ['tmp', 'var/tmp']) tree.directory(folder, { mode: 0o1777 });
  for (const folder of ['root', 'proc', 'sys', 'dev', 'run', 'home']) tree.directory(folder);
  await tree.debs([...files.base, ...more]);
  return tree
    .without((path) => unread.test(path))
    .symlink('usr/bin/awk', 'mawk')
    .symlink('usr/bin/sh', 'bash')
    .file('etc/ssl/certs/ca-certificates.crt', await authorities(files))
    .file('etc/nsswitch.conf', nsswitch)
    .file('etc/passwd', 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n')
    .file('etc/group', 'root:x:0:\nnogroup:x:65534:\n');
}

/** The least that a statically linked program needs around it: certificates, names of users, a place for temporary files. */
export async function staticTree(files: DebianFiles): Promise<Tree> {
  return new Tree()
    .directory('tmp', { mode: 0o1777 })
    .directory('home/cnb', { uid: 1002, gid: 1000 })
    .file('etc/ssl/certs/ca-certificates.crt', await authorities(files))
    .file('etc/nsswitch.conf', nsswitch)
    .file('etc/passwd', 'root:x:0:0:root:/:/sbin/nologin\ncnb:x:1002:1000:cnb:/home/cnb:/sbin/nologin\n')
    .file('etc/group', 'root:x:0:\ncnb:x:1000:\n');
}
