import { rm } from 'node:fs/promises';
import { DockerError } from '../../docker/errors.ts';
import { createCluster, deleteCluster, KindError } from '../../kind/create.ts';
import { names } from '../../kind/names.ts';
import { isWhole, nodeFacts, wake } from '../../kind/node.ts';
import { fix, SetupProblem } from '../problem.ts';
import type { SetupWorld } from '../world.ts';
import { engineName } from './engine-image.ts';
import { pause } from './pause.ts';
import { named, type SetupStep } from './titles.ts';

/** The kind cluster. One that stands still is started; one that was never finished is replaced. */
export const clusterStep: SetupStep = {
  id: 'cluster',
  ...named('setup.step_cluster', 'setup.does_cluster'),
  needs: ['kind', 'network', 'node-image'],
  usualMs: 22_000,
  isDone: async (world, signal) => {
    const docker = await world.docker();
    const facts = await nodeFacts(docker);
    if (facts === null || !facts.running || !(await isWhole(world.paths.kubeconfig, signal))) return false;
    const { address, port } = world.options;
    if (facts.address === address && facts.port === port) return true;
    // Address and port are fixed when a cluster is made: kind has no way to change them.
    if (world.options.replaceCluster) return false;
    throw new SetupProblem(
      { key: 'setup.other_address', params: { found: `${facts.address}:${facts.port}`, wanted: `${address}:${port}` } },
      {
        fixes: [
          fix(
            'use-address',
            { key: 'setup.fix_keep_address', params: { address: facts.address } },
            { primary: true, params: { address: facts.address, port: String(facts.port) } },
          ),
          fix('replace-cluster', { key: 'setup.fix_replace_cluster' }),
        ],
      },
    );
  },
  run: async (world, progress, signal) => {
    const docker = await world.docker();
    const facts = await nodeFacts(docker);
    if (facts !== null) {
      progress.detail({ key: 'setup.detail_wake' });
      if (!world.options.replaceCluster && (await wake(docker, world.paths.kubeconfig, signal))) return;
      progress.line(`replacing ${names.node}`);
      await deleteCluster(await kind(world, signal), signal);
    }
    await rm(world.paths.kubeconfig, { force: true });
    const info = await world.info();
    const options = {
      address: world.options.address,
      port: world.options.port,
      image: engineName(info.node),
      kubernetes: info.versions.kubernetes,
      cgroup: (await world.engine())?.info.cgroup ?? '2',
      kubeconfig: world.paths.kubeconfig,
      hostName: world.hostName,
      progress,
      signal,
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await createCluster(await kind(world, signal), options);
        return;
      } catch (error) {
        // A run that was killed may have left a container that the engine was still making when this one looked.
        if (!(error instanceof KindError && error.nameTaken) || attempt === 10) throw error;
        await pause(1000, signal);
      }
    }
  },
};

/** The kind program with the engine it works on. */
export async function kind(
  world: SetupWorld,
  signal: AbortSignal,
): Promise<{ program: string; env: NodeJS.ProcessEnv }> {
  const docker = await world.docker();
  const program = await (await world.source()).kindBinary(() => undefined, signal);
  return { program, env: { ...process.env, ...docker.env() } };
}

/** Tells the node's container runtime that the local registry speaks plain HTTP. Works at once, without a restart. */
export const trustStep: SetupStep = {
  id: 'trust',
  ...named('setup.step_trust', 'setup.does_trust'),
  needs: ['cluster', 'registry'],
  usualMs: 300,
  isDone: async (world) => {
    const { name } = await world.theRegistry();
    const { stdout } = await (await world.docker()).containers.exec(names.node, ['cat', hostsFile(name)]);
    return stdout === hosts(name);
  },
  run: async (world) => {
    const { name } = await world.theRegistry();
    const file = hostsFile(name);
    const script = `mkdir -p "$(dirname "$1")" && cat > "$1"`;
    const { code, stderr } = await (
      await world.docker()
    ).containers.exec(names.node, ['sh', '-c', script, 'sh', file], hosts(name));
    if (code !== 0) throw new DockerError('other', stderr);
  },
};

function hostsFile(registry: string): string {
  return `/etc/containerd/certs.d/${registry}/hosts.toml`;
}

/** https://github.com/containerd/containerd/blob/main/docs/hosts.md */
function hosts(registry: string): string {
  return `server = "http://${registry}"\n\n[host."http://${registry}"]\n  capabilities = ["pull", "resolve"]\n`;
}
