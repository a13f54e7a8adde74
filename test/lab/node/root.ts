import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { ensureCommands, mirror } from '../core/debian.ts';
import { run } from '../core/run.ts';
import { sources, type Product, type Workshop } from '../core/workshop.ts';

/** What kind's own base image installs, and runc: the newer one of other suites wants a newer C library. */
const packages =
  'systemd conntrack iptables nftables iproute2 ethtool util-linux mount kmod libseccomp2 pigz e2fsprogs bash ca-certificates curl jq procps runc';

/** Nothing in a node reads these. */
const unread = [
  'var/cache/apt var/cache/debconf var/lib/apt/lists var/log usr/share/doc usr/share/man usr/share/info usr/share/locale usr/share/i18n',
  'usr/share/lintian usr/share/zoneinfo usr/share/bash-completion usr/lib/x86_64-linux-gnu/gconv usr/lib/x86_64-linux-gnu/perl-base',
]
  .join(' ')
  .split(' ');

/** The Debian system of a node, `root.tar`. A product of its own because debootstrap is slow and its inputs hardly ever change. */
export function debianRoot(workshop: Workshop): Product {
  return workshop.product('node-debian', [sources('node/root.ts')], async (folder) => {
    await ensureCommands(['debootstrap'], ['debootstrap']);
    const root = join(folder, 'root');
    await run('debootstrap', [
      '--variant=minbase',
      `--include=${packages.split(' ').join(',')}`,
      'bookworm',
      root,
      await mirror(),
    ]);
    for (const path of unread) await run('sh', ['-c', 'rm -rf "$0"/*', join(root, path)]); // the folders themselves are expected
    await run('tar', ['-C', root, '-cf', join(folder, 'root.tar'), '.']);
    await rm(root, { recursive: true });
  });
}
