import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bootstrapToken, clusterConfig } from './config.ts';
import { phaseOf } from './progress.ts';
import { fixedAddress, freeSubnet, planOf, routedSubnets } from './subnet.ts';
import { runTied } from './tied-process.ts';

const config = {
  name: 'kpack-desktop',
  apiServerAddress: '192.168.11.239',
  apiServerPort: 6443,
  certificateNames: ['build-01', 'build-01.local', '192.168.11.239'],
  bootstrapToken: 'aaaaaa.bbbbbbbbbbbbbbbb',
  cgroup: '2' as const,
  kubernetes: 'v1.34.10',
};

function patches(yaml: string): Record<string, unknown>[] {
  const { kubeadmConfigPatches } = parse(yaml) as { kubeadmConfigPatches: string[] };
  return kubeadmConfigPatches.map((patch) => parse(patch) as Record<string, unknown>);
}

describe('clusterConfig', () => {
  it('binds the chosen address and puts every name into the certificate once', () => {
    const yaml = clusterConfig(config);
    expect(parse(yaml)).toMatchObject({ networking: { apiServerAddress: '192.168.11.239', apiServerPort: 6443 } });
    expect(patches(yaml)[0]).toEqual({
      kind: 'ClusterConfiguration',
      apiServer: { certSANs: ['localhost', '127.0.0.1', '0.0.0.0', '192.168.11.239', 'build-01', 'build-01.local'] },
    });
  });

  it('never uses the public bootstrap token', () => {
    const yaml = clusterConfig(config);
    expect(yaml).not.toContain('abcdef.0123456789abcdef');
    expect(patches(yaml)[1]).toMatchObject({ bootstrapTokens: [{ token: 'aaaaaa.bbbbbbbbbbbbbbbb', ttl: '1m0s' }] });
  });

  it('lets the kubelet of Kubernetes 1.35 and newer run on cgroup v1 only where it must', () => {
    const kubelet = (changes: object) => patches(clusterConfig({ ...config, ...changes }))[2];
    expect(kubelet({})).not.toHaveProperty('failCgroupV1');
    expect(kubelet({ cgroup: '1' })).not.toHaveProperty('failCgroupV1');
    expect(kubelet({ cgroup: '1', kubernetes: 'v1.37.0' })).toHaveProperty('failCgroupV1', false);
  });
});

describe('bootstrapToken', () => {
  it('has the form that kubeadm wants', () => {
    expect(bootstrapToken((below) => below - 1)).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/);
  });
});

describe('subnets', () => {
  it('takes the first range that nobody has', () => {
    expect(freeSubnet([])).toBe('172.30.0.0/16');
    expect(freeSubnet(['172.16.0.0/12'])).toBe('10.213.0.0/16');
    expect(freeSubnet(['0.0.0.0/0'])).toBeNull();
  });

  it('keeps the high end for fixed addresses', () => {
    expect(planOf('172.30.0.0/16')).toEqual({ gateway: '172.30.0.1', range: '172.30.0.0/24' });
    expect(fixedAddress('172.30.0.0/16', [])).toBe('172.30.255.10');
    expect(fixedAddress('172.18.0.0/16', ['172.18.255.10'])).toBe('172.18.255.11');
  });

  it('reads the routes of the machine', () => {
    const route =
      'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n' +
      'eth0\t00000000\t010BA8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n' +
      'eth0\t000BA8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n';
    expect(routedSubnets(route)).toEqual(['192.168.11.0/24']);
  });
});

describe('phaseOf', () => {
  it('knows the phases by their words, with any emoji', () => {
    expect(phaseOf(' • Starting control-plane 🕹️  ...')).toEqual({ phase: 'control_plane', percent: 20 });
    expect(phaseOf(' ✓ Starting control-plane 🕹️')).toBeNull();
    expect(phaseOf('Creating cluster "kpack-desktop" ...')).toBeNull();
  });
});

describe('runTied', () => {
  const env = { PATH: process.env['PATH'] };

  it('gives the code and every line', async () => {
    const seen: string[] = [];
    const { code, lines } = await runTied('sh', ['-c', 'echo one; echo two >&2; exit 3'], {
      env,
      onLine: (line) => seen.push(line),
      signal: new AbortController().signal,
    });
    expect(code).toBe(3);
    expect(lines.toSorted()).toEqual(['one', 'two']);
    expect(seen).toHaveLength(2);
  });

  it('lets the program take its time', async () => {
    const { code } = await runTied('sh', ['-c', 'sleep 0.5; exit 4'], {
      env,
      onLine: () => undefined,
      signal: new AbortController().signal,
    });
    expect(code).toBe(4);
  });

  it('ends the program when it is aborted', async () => {
    const stop = new AbortController();
    const started = Date.now();
    await expect(
      runTied('sh', ['-c', 'echo ready; sleep 60'], {
        env,
        onLine: () => stop.abort(new Error('enough')),
        signal: stop.signal,
      }),
    ).rejects.toThrow('enough');
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
