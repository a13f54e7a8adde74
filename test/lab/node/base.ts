import { existsSync } from 'node:fs';
import { appendFile, chmod, copyFile, cp, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../core/run.ts';

export interface BaseParts {
  readonly root: string;
  /** Folder of kind's source. */
  readonly kind: string;
  /** Folder with containerd's programs. */
  readonly containerd: string;
  readonly kube: string;
  readonly addons: string;
}

const install = async (from: string, to: string) => {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, 0o755);
};

async function containerdConfig(root: string): Promise<void> {
  const file = join(root, 'etc/containerd/config.toml');
  const config = await readFile(file, 'utf8');
  const withRegistries = config.includes('config_path')
    ? config
    : `${config}\n[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/containerd/certs.d"\n`;
  // Without CAP_SYS_RESOURCE, which some virtual machines do not have, a score cannot be lowered and no static pod would start.
  await writeFile(file, withRegistries.replace('restrict_oom_score_adj = false', 'restrict_oom_score_adj = true'));
  const spec = JSON.parse(await run('chroot', [root, 'ctr', 'oci', 'spec'])) as {
    process: { rlimits?: unknown };
    hooks?: unknown;
  };
  delete spec.process.rlimits;
  spec.hooks = { createContainer: [{ path: '/kind/bin/mount-product-files.sh' }] };
  await writeFile(join(root, 'etc/containerd/cri-base.json'), JSON.stringify(spec));
}

/** A container has no hardware to wait for: only what kind needs is started by systemd. */
async function units(root: string): Promise<void> {
  const drop = async (folder: string, name: (unit: string) => boolean) => {
    const place = join(root, folder);
    if (existsSync(place))
      for (const unit of await readdir(place)) if (name(unit)) await rm(join(place, unit), { recursive: true });
  };
  const any = () => true;
  await drop('lib/systemd/system/sysinit.target.wants', (unit) => unit === 'systemd-tmpfiles-setup.service');
  await drop('lib/systemd/system/multi-user.target.wants', any);
  await drop('lib/systemd/system/local-fs.target.wants', any);
  await drop('lib/systemd/system/basic.target.wants', any);
  await drop('lib/systemd/system/sockets.target.wants', (unit) => /udev|initctl/.test(unit));
  for (const folder of await readdir(join(root, 'etc/systemd/system'))) {
    if (folder.endsWith('.wants')) await drop(`etc/systemd/system/${folder}`, any);
  }
  await appendFile(join(root, 'etc/systemd/journald.conf'), 'ReadKMsg=no\n');
  await rm(join(root, 'sbin/init'), { force: true });
  await symlink('/lib/systemd/systemd', join(root, 'sbin/init'));
  await run('chroot', [
    root,
    'systemctl',
    '-q',
    'enable',
    'kubelet.service',
    'containerd.service',
    'undo-mount-hacks.service',
  ]);
  await run('chroot', [root, 'systemctl', '-q', 'mask', 'systemd-binfmt.service']);
}

/** Turns a plain Debian root into kind's base: the same steps as the Dockerfile in kind's images/base, with programs of our own. */
export async function makeBase({ root, kind, containerd, kube, addons }: BaseParts): Promise<void> {
  const files = join(kind, 'images/base/files');
  await install(join(files, 'usr/local/bin/entrypoint'), join(root, 'usr/local/bin/entrypoint'));
  for (const name of await readdir(join(files, 'kind/bin')))
    await install(join(files, 'kind/bin', name), join(root, 'kind/bin', name));
  for (const folder of [
    'kind/manifests',
    'etc/containerd/certs.d',
    'opt/cni/bin',
    'etc/kubernetes/manifests',
    'usr/local/kube',
  ]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await cp(join(files, 'etc'), join(root, 'etc'), { recursive: true, force: true });
  await run('chmod', ['-R', 'u+w', join(root, 'etc')]); // the module cache is read-only, and copies of it too
  for (const name of ['containerd', 'ctr', 'containerd-shim-runc-v2']) {
    await install(join(containerd, 'usr/bin', name), join(root, 'usr/local/bin', name));
  }
  for (const name of ['host-local', 'loopback', 'ptp', 'portmap'])
    await install(join(addons, name), join(root, 'opt/cni/bin', name));
  await install(join(kube, 'kube-all'), join(root, 'usr/local/bin/kube-all'));
  for (const name of ['kubeadm', 'kubectl', 'kubelet'])
    await symlink('../bin/kube-all', join(root, 'usr/local/kube', name));
  await symlink('kube-all', join(root, 'usr/local/bin/crictl'));
  await units(root);
  await containerdConfig(root);
}
