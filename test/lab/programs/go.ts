import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { labFolder } from '../core/paths.ts';
import { run } from '../core/run.ts';
import { sources, type Product, type Workshop } from '../core/workshop.ts';
import { versions } from '../versions.ts';

/** One group of Go programs that share a go.mod under go/. */
interface Group {
  readonly module: string;
  /** File name of each program and the import path it is built from. */
  readonly programs: Readonly<Record<string, string>>;
  /** Variables set by the linker, where upstream's own builds set them too: a version that is shown or checked. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Kubernetes refuses to work as version 0.0.0; both packages are read. */
const kubernetesVersion = Object.fromEntries(
  ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) => [
    [`${path}.gitVersion`, `v${versions.kubernetes}`],
    [`${path}.gitMajor`, '1'],
    [`${path}.gitMinor`, '34'],
    [`${path}.gitTreeState`, 'clean'],
    [`${path}.gitCommit`, 'module'],
    [`${path}.buildDate`, '2026-01-01T00:00:00Z'],
  ]),
);

const cni = (name: string) => `github.com/containernetworking/plugins/plugins/${name}`;
const lifecycle = (module: string, version: string): Group => ({
  module,
  programs: {
    lifecycle: 'github.com/buildpacks/lifecycle/cmd/lifecycle',
    launcher: 'github.com/buildpacks/lifecycle/cmd/launcher',
  },
  variables: {
    'github.com/buildpacks/lifecycle/cmd.Version': version,
    'github.com/buildpacks/lifecycle/cmd.SCMRepository': 'github.com/buildpacks/lifecycle',
    'github.com/buildpacks/lifecycle/cmd.SCMCommit': 'lab',
  },
});

const groups = {
  kube: { module: 'kube', programs: { 'kube-all': './kube-all' }, variables: kubernetesVersion },
  addons: {
    module: 'addons',
    programs: {
      etcd: 'go.etcd.io/etcd/server/v3',
      'local-path-provisioner': 'github.com/rancher/local-path-provisioner',
      pause: './pause',
      'host-local': cni('ipam/host-local'),
      loopback: cni('main/loopback'),
      ptp: cni('main/ptp'),
      portmap: cni('meta/portmap'),
    },
  },
  coredns: {
    module: 'coredns',
    programs: { coredns: '.' },
    variables: { 'github.com/coredns/coredns/coremain.GitCommit': 'module' },
  },
  kpack: {
    module: 'kpack',
    programs: Object.fromEntries(
      ['controller', 'webhook', 'build-init', 'build-waiter', 'rebase', 'completion'].map((name) => [
        name,
        `github.com/pivotal/kpack/cmd/${name}`,
      ]),
    ),
    variables: { 'github.com/pivotal/kpack/cmd.Version': versions.kpack, 'github.com/pivotal/kpack/cmd.Commit': 'lab' },
  },
  lifecycle: lifecycle('lifecycle', versions.lifecycle),
  lifecycleOther: lifecycle('lifecycle-previous', versions.lifecycleOther),
  kp: {
    module: 'kp',
    programs: { kp: 'github.com/buildpacks-community/kpack-cli/cmd/kp' },
    variables: {
      'github.com/buildpacks-community/kpack-cli/pkg/rootcommand.Version': versions.kp,
      'github.com/buildpacks-community/kpack-cli/pkg/rootcommand.CommitSHA': 'lab',
    },
  },
  crane: { module: 'crane', programs: { crane: 'github.com/google/go-containerregistry/cmd/crane' } },
  registry: {
    module: 'registry',
    programs: { registry: 'github.com/distribution/distribution/v3/cmd/registry' },
    variables: { 'github.com/distribution/distribution/v3/version.version': `v${versions.registry}` },
  },
  git: { module: 'gitd', programs: { gitd: '.' } },
} satisfies Record<string, Group>;

/** Every group of Go programs; each folder holds the programs under their own names. */
export type GoPrograms = Readonly<Record<keyof typeof groups, Product>>;

const environment = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off', GOTOOLCHAIN: 'auto' };

async function build(group: Group, folder: string): Promise<void> {
  const cwd = join(labFolder, 'go', group.module);
  const env = { ...process.env, ...environment };
  const flags = Object.entries(group.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  await mkdir(folder, { recursive: true });
  for (const [name, path] of Object.entries(group.programs)) {
    await run('go', ['build', '-trimpath', '-ldflags', ['-s -w', ...flags].join(' '), '-o', join(folder, name), path], {
      cwd,
      env,
    });
  }
}

/** Declares all Go programs of the lab. Compiling them needs Go and its module proxy, and most of an hour's patience on a small machine. */
export function goPrograms(workshop: Workshop): GoPrograms {
  const make = (name: string, group: Group): Product =>
    workshop.product(
      `go-${group.module}`,
      [name, sources(`go/${group.module}`), JSON.stringify([group, environment])],
      (folder) => build(group, folder),
    );
  return {
    kube: make('kube', groups.kube),
    addons: make('addons', groups.addons),
    coredns: make('coredns', groups.coredns),
    kpack: make('kpack', groups.kpack),
    lifecycle: make('lifecycle', groups.lifecycle),
    lifecycleOther: make('lifecycleOther', groups.lifecycleOther),
    kp: make('kp', groups.kp),
    crane: make('crane', groups.crane),
    registry: make('registry', groups.registry),
    git: make('git', groups.git),
  };
}
