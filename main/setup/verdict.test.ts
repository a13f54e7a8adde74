import { describe, expect, it } from 'vitest';
import type { SetupOptions } from '../../preload/contract/index.ts';
import { BundleError } from '../bundle/errors.ts';
import { DockerError } from '../docker/errors.ts';
import { KindError } from '../kind/create.ts';
import { NotReadyError } from '../kpack/install/resources.ts';
import { RegistryError } from '../registry/errors.ts';
import { SetupProblem } from './problem.ts';
import { verdictOf } from './verdict.ts';

const options: SetupOptions = {
  source: { kind: 'internet' },
  address: '192.168.11.239',
  port: 6443,
  installEngine: null,
  replaceCluster: false,
};
const step = { key: 'setup.step_cluster' } as const;
const verdict = (error: unknown) => verdictOf(error, step, ['line 1', 'line 2'], options);

/** What kind v0.33.0 prints, with the engine's answer in it. */
const kind = (...lines: string[]) => new KindError(['Creating cluster "kpack-desktop" ...', ...lines]);

describe('verdictOf', () => {
  it('names the taken port and offers the next one', () => {
    const { headline, fixes, evidence } = verdict(
      kind(
        'ERROR: failed to create cluster: command "docker run" failed',
        'docker: Error response from daemon: Bind for 192.168.11.239:6443 failed: port is already allocated.',
      ),
    );
    expect(headline).toEqual({ key: 'setup.cause_port', params: { address: '192.168.11.239', port: '6443' } });
    expect(fixes[0]).toMatchObject({ id: 'use-port', primary: true, params: { port: '6444' } });
    expect(evidence[0]?.text).toContain('port is already allocated');
  });

  it('tells a container that another run left from other failures', () => {
    expect(
      kind(
        'Command Output: docker: Error response from daemon: Conflict. The container name "/kpack-desktop-control-plane" is already in use by container "832b".',
      ).nameTaken,
    ).toBe(true);
    expect(kind('ERROR: failed to create cluster').nameTaken).toBe(false);
  });

  it('knows what kind says when the node does not come up', () => {
    const keys = [
      [
        'ERROR: failed to create cluster: could not find a log line that matches "Reached target .*Multi-User System.*|detected cgroup v1"',
        'setup.cause_node_boot',
      ],
      ['ERROR: failed to create cluster: failed to init node with kubeadm: command failed', 'setup.cause_kubeadm'],
      ['ERROR: failed to create cluster: failed to pull image "kindest/node:v1.37.0"', 'setup.cause_pull'],
      ['failed to create fsnotify watcher: too many open files', 'setup.cause_inotify'],
      ['write /var/lib/docker/x: no space left on device', 'setup.cause_space'],
      ['Error response from daemon: cannot assign requested address', 'setup.cause_address'],
      ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock', 'setup.cause_engine_gone'],
    ] as const;
    for (const [line, key] of keys) expect(verdict(kind(line)).headline.key, line).toBe(key);
  });

  it('puts the deepest cause of bundles, registries and kpack into words', () => {
    expect(verdict(new BundleError('corrupt', 'sha256:abc', 'differs')).headline).toEqual({
      key: 'setup.cause_checksum',
      params: { subject: 'sha256:abc' },
    });
    expect(verdict(new BundleError('newer', '2', 'newer')).fixes[0]).toMatchObject({ id: 'choose-bundle' });
    expect(verdict(new RegistryError('rate-limited', 'TOOMANYREQUESTS')).headline.key).toBe('setup.cause_rate_limit');
    expect(verdict(new DockerError('no-space', 'no space left on device')).headline.key).toBe('setup.cause_space');
    const notReady = verdict(new NotReadyError('ClusterBuilder base', 'UNAUTHORIZED'));
    expect(notReady.headline).toEqual({ key: 'setup.cause_not_ready', params: { object: 'ClusterBuilder base' } });
    expect(notReady.evidence[0]?.text).toBe('UNAUTHORIZED');
  });

  it('always names the step and always offers to try again, with its own fixes first', () => {
    const { where, fixes } = verdict(new SetupProblem({ key: 'setup.no_engine' }));
    expect(where).toEqual({ key: 'setup.where_step', params: { step: 'setup.step_cluster' } });
    expect(fixes).toMatchObject([{ id: 'retry', primary: true }]);
  });

  it('shows the last output of the step for what it does not know', () => {
    const { headline, evidence, raw } = verdict(new Error('something odd\nsecond line'));
    expect(headline).toEqual({ key: 'setup.cause_other', params: { message: 'something odd' } });
    expect(evidence.map(({ text }) => text)).toEqual(['line 1', 'line 2']);
    expect(raw).toBe('something odd\nsecond line');
  });
});
