import type {
  BuildDetail,
  BuildRow,
  ImageDetail,
  ImageRow,
  MachineStatus,
  SetupPlan,
  SetupState,
  StepState,
} from '../../../preload/contract/index.ts';

const digest = '0123456789abcdef'.repeat(4);
const commit = '4e50c8d17ba94e50c8d17ba94e50c8d17ba94e50';
/** Fixed, so that pictures differ only where screens do. */
export const now = Date.UTC(2026, 10, 20, 22, 36, 43);

/** An image that is fine, with changes. */
export function image(name: string, change: Partial<ImageRow> = {}): ImageRow {
  return {
    uid: `uid-${name}`,
    namespace: 'default',
    name,
    health: 'ready',
    cause: null,
    reasons: ['COMMIT'],
    source: { kind: 'git', url: `https://git.example/${name}.git`, revision: 'main', subPath: '' },
    builder: { kind: 'ClusterBuilder', name: 'base' },
    tag: `172.30.255.10:5000/apps/${name}`,
    latestImage: `172.30.255.10:5000/apps/${name}@sha256:${digest}`,
    commit,
    createdAt: now - 86_400_000,
    builtAt: now - 720_000,
    durationMs: 14_000,
    buildCount: 2,
    trend: [
      { number: 1, ok: true, durationMs: 42_000 },
      { number: 2, ok: true, durationMs: 14_000 },
    ],
    running: null,
    ...change,
  };
}

/** A build that succeeded, with changes. */
export function build(number: number, change: Partial<BuildRow> = {}): BuildRow {
  return {
    uid: `build-${String(number)}`,
    namespace: 'default',
    name: `reward-dining-build-${String(number)}`,
    image: 'reward-dining',
    number,
    state: 'succeeded',
    reasons: number === 1 ? ['CONFIG'] : ['COMMIT'],
    createdAt: now - 600_000 + number * 60_000,
    finishedAt: now - 580_000 + number * 60_000,
    durationMs: 20_000,
    commit,
    digest: `172.30.255.10:5000/apps/reward-dining@sha256:${digest}`,
    cause: null,
    live: true,
    ...change,
  };
}

const stepNames = ['prepare', 'analyze', 'detect', 'restore', 'build', 'export', 'completion'];

/** A build in full; `at` is the index of the step that runs or failed, 7 when all are done. */
export function buildDetail(row: BuildRow, at = 7): BuildDetail {
  return {
    row,
    steps: stepNames.map((name, i) => ({
      name,
      state:
        i < at
          ? 'done'
          : i > at
            ? row.state === 'failed'
              ? 'skipped'
              : 'waiting'
            : row.state === 'failed'
              ? 'failed'
              : 'running',
      startedAt: i <= at ? row.createdAt + i * 2000 : null,
      finishedAt: i < at ? row.createdAt + (i + 1) * 2000 : null,
      exitCode: i < at ? 0 : row.state === 'failed' && i === at ? 51 : null,
      reason: '',
      expectedMs: 2000,
    })),
    changes: [
      { reason: 'COMMIT', subject: { key: 'explain.subject_commit' }, old: commit, new: commit.replace('4e', '5f') },
    ],
    verdict: null,
    tags: ['172.30.255.10:5000/apps/reward-dining', '172.30.255.10:5000/apps/reward-dining:b2.20261120.213643'],
    buildpacks: [
      { id: 'lab/httpd', version: '1.1.0' },
      { id: 'lab/site', version: '1.0.0' },
    ],
    runImage: `172.30.255.10:5000/lab/run@sha256:${digest}`,
    builderImage: `172.30.255.10:5000/builders/base@sha256:${digest}`,
    lifecycle: '0.20.12',
    podName: `${row.name}-build-pod`,
    previous: { number: 1, durationMs: 42_000 },
    yaml: `apiVersion: kpack.io/v1alpha2\nkind: Build\nmetadata:\n  name: ${row.name}\n`,
  };
}

export function imageDetail(row: ImageRow, change: Partial<ImageDetail> = {}): ImageDetail {
  return {
    row,
    verdict: null,
    serviceAccount: 'default',
    additionalTags: [],
    env: [{ name: 'BP_JVM_VERSION', value: '21' }],
    cache: '2G',
    polling: true,
    yaml: `apiVersion: kpack.io/v1alpha2\nkind: Image\nmetadata:\n  name: ${row.name}\n`,
    command: `kp image save ${row.name} --tag ${row.tag}`,
    ...change,
  };
}

export const status: MachineStatus = {
  machine: 'build-01',
  address: 'https://192.168.11.239:6443',
  parts: [
    {
      id: 'engine',
      state: 'ok',
      label: { key: 'cli.part_engine', params: { name: 'Docker', version: '28.2.2' } },
      problem: null,
    },
    {
      id: 'kubernetes',
      state: 'ok',
      label: { key: 'cli.part_kubernetes', params: { version: '1.34.10' } },
      problem: null,
    },
    { id: 'kpack', state: 'ok', label: { key: 'cli.part_kpack', params: { version: '0.17.2' } }, problem: null },
    {
      id: 'registry',
      state: 'ok',
      label: { key: 'cli.part_registry', params: { address: '172.30.255.10:5000' } },
      problem: null,
    },
  ],
  freshness: { state: 'live', since: now },
  ready: true,
  running: [],
};

export const plan: SetupPlan = {
  machine: { name: 'build-01', os: 'Debian GNU/Linux 12', arch: 'x64' },
  checks: [
    {
      id: 'engine',
      state: 'ok',
      title: { key: 'checks.engine' },
      found: { key: 'checks.engine_found', params: { version: '28.2.2', name: 'Docker', cpus: 4 } },
      cause: null,
      fixes: [],
    },
    {
      id: 'memory',
      state: 'warning',
      title: { key: 'checks.memory' },
      found: { key: 'checks.memory_found', params: { size: '3.8' } },
      cause: { key: 'checks.memory_tight' },
      fixes: [],
    },
  ],
  addresses: [
    { address: '192.168.11.239', kind: 'lan', interface: 'eth0', recommended: true },
    { address: '127.0.0.1', kind: 'loopback', interface: '', recommended: false },
    { address: '0.0.0.0', kind: 'all', interface: '', recommended: false },
  ],
  options: {
    source: { kind: 'internet' },
    address: '192.168.11.239',
    port: 6443,
    installEngine: null,
    replaceCluster: false,
  },
  items: [
    {
      id: 'kind',
      title: { key: 'setup.item_kind' },
      version: 'v0.33.0',
      from: 'kind.sigs.k8s.io',
      bytes: 12_000_000,
      present: false,
    },
    {
      id: 'kpack',
      title: { key: 'setup.item_kpack' },
      version: '0.17.2',
      from: 'ghcr.io',
      bytes: 123_000_000,
      present: false,
    },
  ],
  steps: [{ id: 'engine', title: { key: 'setup.step_engine' }, does: { key: 'setup.does_engine' } }],
  changes: [{ key: 'setup.change_containers' }, { key: 'setup.change_kubeconfig' }],
  complete: false,
  ready: true,
  engineChoices: [],
};

function step(
  id: string,
  state: StepState['state'],
  startedAt: number | null,
  finishedAt: number | null,
  needs: string[],
): StepState {
  const titles: Record<string, StepState['title']> = {
    engine: { key: 'setup.step_engine' },
    cluster: { key: 'setup.step_cluster' },
    kpack: { key: 'setup.step_kpack' },
  };
  return {
    id,
    title: titles[id] ?? { key: 'setup.step_engine' },
    needs,
    state,
    unchanged: false,
    detail: null,
    percent: null,
    startedAt,
    finishedAt,
    expectedMs: 8000,
    lines: state === 'waiting' ? 0 : 3,
  };
}

export const idle: SetupState = {
  task: 'setup',
  phase: 'idle',
  startedAt: null,
  elapsedMs: 0,
  remainingMs: null,
  percent: 0,
  steps: [],
  failedStep: null,
  verdict: null,
  unchanged: false,
  options: null,
};

export const running: SetupState = {
  ...idle,
  phase: 'running',
  startedAt: now,
  elapsedMs: 6000,
  remainingMs: 12_000,
  percent: 41,
  steps: [
    step('engine', 'done', 0, 300, []),
    step('cluster', 'running', 300, null, ['engine']),
    step('kpack', 'waiting', null, null, ['cluster']),
  ],
  options: plan.options,
};

export const portTaken: SetupState = {
  ...running,
  phase: 'failed',
  remainingMs: null,
  failedStep: 'cluster',
  steps: [
    step('engine', 'done', 0, 300, []),
    step('cluster', 'failed', 300, 5000, ['engine']),
    step('kpack', 'waiting', null, null, ['cluster']),
  ],
  verdict: {
    headline: { key: 'setup.cause_port', params: { address: '192.168.11.239', port: '6443' } },
    where: { key: 'setup.where_step', params: { step: 'setup.step_cluster' } },
    evidence: [{ line: null, text: 'Bind for 192.168.11.239:6443 failed: port is already allocated' }],
    fixes: [
      {
        id: 'use-port',
        label: { key: 'setup.fix_use_port', params: { port: '6444' } },
        primary: true,
        params: { port: '6444' },
      },
      { id: 'retry', label: { key: 'setup.fix_retry' }, primary: false, params: {} },
    ],
    raw: 'docker: Error response from daemon: port is already allocated',
  },
};
