import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../core/run.ts';
import type { ImageConfig } from '../oci/layout.ts';
import { Tree } from '../oci/tree.ts';
import { versions } from '../versions.ts';

/** An image that a node carries inside it. */
export interface Part {
  readonly name: string;
  readonly tree: Tree;
  readonly config: ImageConfig;
}

const iptables = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore'];

/** Decides at the first call whether the node's kubelet speaks nft or legacy iptables, as upstream's wrapper does. */
const wrapper = `#!/bin/sh
mode=legacy
if /usr/sbin/xtables-nft-multi iptables-save -t mangle 2>/dev/null | grep -qE '^:KUBE-(IPTABLES-HINT|KUBELET-CANARY)'; then mode=nft; fi
for name in ${iptables.join(' ')}; do ln -sf xtables-$mode-multi /usr/sbin/$name; done
exec "/usr/sbin/\${0##*/}" "$@"
`;

async function shell(tree: Tree, busybox: string): Promise<Tree> {
  tree.program('bin/busybox', busybox).directory('tmp', { mode: 0o1777 });
  const applets = (await run(busybox, ['--list'])).split('\n').filter((name) => name !== 'busybox');
  for (const name of applets) tree.symlink(`bin/${name}`, 'busybox');
  return tree;
}

/** One file system for every Kubernetes component: the programs are one file anyway, and kube-proxy's iptables do not hurt the others. */
async function kubernetes(root: string, kubeAll: string, busybox: string): Promise<Tree> {
  const tree = await shell(new Tree(), busybox);
  const take = (path: string) => tree.program(path, join(root, path));
  tree.program('usr/local/bin/kube-all', kubeAll).directory('run');
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kindnetd'])
    tree.symlink(`usr/local/bin/${name}`, 'kube-all');
  tree.file('etc/ssl/certs/ca-certificates.crt', readFileSync(join(root, 'etc/ssl/certs/ca-certificates.crt')));
  const programs = ['xtables-nft-multi', 'xtables-legacy-multi', 'conntrack', 'nft'].map((name) => `usr/sbin/${name}`);
  const extensions = readdirSync(join(root, 'usr/lib/x86_64-linux-gnu/xtables')).map(
    (name) => `usr/lib/x86_64-linux-gnu/xtables/${name}`,
  );
  for (const path of [...programs, ...extensions]) take(path);
  // The extensions need libraries of their own (libm): one that is missing makes every Service after the first silently dead.
  const linked = await run('chroot', [
    root,
    'ldd',
    ...programs.concat(extensions.filter((path) => path.endsWith('.so'))).map((path) => `/${path}`),
  ]);
  const libraries = [
    ...new Set([...linked.matchAll(/(?:=>[ \t]*|^[ \t]+)(\/\S+\.so\S*)/gm)].map((match) => match[1] ?? '')),
  ];
  const files = (await run('chroot', [root, 'readlink', '-f', ...libraries])).split('\n'); // absolute links point out of the folder
  for (const [i, path] of libraries.entries()) tree.program(path.slice(1), join(root, files[i] ?? ''));
  tree.file('usr/sbin/xtables-wrapper', wrapper, { mode: 0o755 });
  for (const name of iptables) tree.symlink(`usr/sbin/${name}`, 'xtables-wrapper');
  return tree;
}

export interface PartInputs {
  readonly root: string;
  readonly kind: string;
  readonly kube: string;
  readonly addons: string;
  readonly coredns: string;
  readonly busybox: string;
}

/** Every image of a node under the very name that kubeadm and kind's manifests ask for. */
export async function nodeParts({ root, kind, kube, addons, coredns, busybox }: PartInputs): Promise<Part[]> {
  const wanted = (
    await run(join(kube, 'kube-all'), [
      'kubeadm',
      'config',
      'images',
      'list',
      '--kubernetes-version',
      `v${versions.kubernetes}`,
    ])
  ).split('\n');
  const source = (
    await Promise.all(
      ['cni', 'storage'].map((name) => readFile(join(kind, `pkg/build/nodeimage/const_${name}.go`), 'utf8')),
    )
  ).join('');
  const fromKubeadm = (name: string) => wanted.find((image) => image.includes(`/${name}:`)) ?? fail(name);
  const fromKind = (name: string) => new RegExp(`"([^" ]+/${name}:[^"]+)"`).exec(source)?.[1] ?? fail(name);
  const pause =
    /sandbox_image = "([^"]+)"/.exec(await readFile(join(root, 'etc/containerd/config.toml'), 'utf8'))?.[1] ??
    fail('pause');

  const kubeTree = await kubernetes(root, join(kube, 'kube-all'), busybox);
  const component = (image: string, name: string): Part => ({
    name: image,
    tree: kubeTree,
    config: { Entrypoint: [`/usr/local/bin/${name}`] },
  });
  const program = (image: string, path: string, file: string, config: ImageConfig): Part => ({
    name: image,
    tree: new Tree().program(path, file),
    config,
  });
  const provisioner = 'usr/local/bin/local-path-provisioner';
  return [
    ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'].map((name) =>
      component(fromKubeadm(name), name),
    ),
    component(fromKind('kindnetd'), 'kindnetd'),
    program(fromKubeadm('etcd'), 'usr/local/bin/etcd', join(addons, 'etcd'), {}),
    program(fromKubeadm('coredns'), 'coredns', join(coredns, 'coredns'), {
      Entrypoint: ['/coredns'],
      User: '65532:65532',
    }),
    program(pause, 'pause', join(addons, 'pause'), { Entrypoint: ['/pause'], User: '65535:65535' }),
    program(fromKind('local-path-provisioner'), provisioner, join(addons, 'local-path-provisioner'), {
      Entrypoint: [`/${provisioner}`],
    }),
    { name: fromKind('local-path-helper'), tree: await shell(new Tree(), busybox), config: { Cmd: ['sh'] } },
  ];
}

function fail(name: string): never {
  throw new Error(`neither kubeadm nor kind names an image for ${name}`);
}
