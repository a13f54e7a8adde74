import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { has, read, readFile, readLog } from '../../../test/fixtures/kpack/read.ts';
import { buildFact } from '../facts/build.ts';
import { builderFact } from '../facts/builder.ts';
import { imageFact } from '../facts/image.ts';
import { podFact } from '../facts/pod.ts';
import { buildDetail, type DetailParts, readableYaml } from './detail.ts';

const story = ['4-buildpack', '3-stack', '2-commit', '1-config'].map((stage) =>
  buildFact(read(`story/${stage}`, 'build')),
);

function partsOf(folder: string, change: Partial<DetailParts> = {}): DetailParts {
  return {
    build: read(folder, 'build'),
    pod: has(`${folder}/pod.yaml`) ? podFact(read(folder, 'pod')) : null,
    image: imageFact(read(folder, 'image')),
    builder: builderFact(read('story/4-buildpack', 'clusterbuilder')),
    buildersKnown: true,
    source: null,
    claimPhase: 'Bound',
    lines: [],
    others: story,
    expected: new Map(),
    live: true,
    now: Date.parse('2026-11-20T22:00:00Z'),
    ...change,
  };
}

describe('a build that succeeded', () => {
  const detail = buildDetail(partsOf('story/2-commit'));

  it('has its steps with the containers’ own times', () => {
    expect(detail.steps.map((step) => [step.name, step.state, (step.finishedAt ?? 0) - (step.startedAt ?? 0)])).toEqual(
      [
        ['prepare', 'done', 1000],
        ['analyze', 'done', 1000],
        ['detect', 'done', 1000],
        ['restore', 'done', 1000],
        ['build', 'done', 8000],
        ['export', 'done', 3000],
        ['completion', 'done', 1000],
      ],
    );
  });

  it('says what came out', () => {
    expect(detail).toMatchObject({
      row: { state: 'succeeded', number: 2, reasons: ['COMMIT'], cause: null, live: true },
      verdict: null,
      tags: ['172.30.20.11:5000/apps/reward-dining', '172.30.20.11:5000/apps/reward-dining:b2.20261120.213517'],
      lifecycle: '0.20.12',
      podName: 'reward-dining-build-2-build-pod',
      previous: { number: 1 },
    });
    expect(detail.buildpacks).toEqual([
      { id: 'lab/httpd', version: '1.0.0' },
      { id: 'lab/site', version: '1.0.0' },
      { id: 'lab/procfile', version: '1.0.0' },
    ]);
  });

  it('is told the same way without its pod', () => {
    expect(buildDetail(partsOf('story/2-commit', { pod: null }))).toEqual(detail);
  });
});

it('a rebase has two steps and is not compared with whole builds', () => {
  const detail = buildDetail(partsOf('story/3-stack'));
  expect(detail.steps.map((step) => step.name)).toEqual(['rebase', 'completion']);
  expect(detail.previous).toBeNull();
});

it('a failed build keeps its verdict, and what never ran is skipped', () => {
  const detail = buildDetail(partsOf('failures/build', { lines: readLog('failures/build', 'build') }));
  expect(detail.row).toMatchObject({
    state: 'failed',
    cause: { params: { words: 'index.html:12: unexpected end of template' } },
  });
  expect(detail.steps.map((step) => step.state)).toEqual([
    'done',
    'done',
    'done',
    'done',
    'failed',
    'skipped',
    'skipped',
  ]);
  expect(detail.steps[4]).toMatchObject({ exitCode: 51, reason: 'Error' });
});

it('a build that never had a pod shows the steps that did not run', () => {
  const detail = buildDetail(partsOf('failures/nosa'));
  expect(new Set(detail.steps.map((step) => step.state))).toEqual(new Set(['skipped']));
  expect(detail.verdict?.where?.key).toBe('explain.where_no_pod');
});

it('a cancelled build is cancelled, not failed', () => {
  expect(buildDetail(partsOf('cancelled')).row.state).toBe('cancelled');
});

it('a build without a node waits, and says for what', () => {
  const detail = buildDetail(partsOf('unschedulable'));
  expect(detail.row.state).toBe('waiting');
  expect(detail.verdict?.headline.key).toBe('explain.no_node_selector');
});

it('a running build has expectations for its steps', () => {
  const phase = 'phases/07-build-running';
  const parts = partsOf('story/2-commit', {
    build: readFile<'build'>(`${phase}.build.yaml`),
    pod: podFact(readFile<'pod'>(`${phase}.pod.yaml`)),
    expected: new Map([['build', 9000]]),
  });
  const detail = buildDetail(parts);
  expect(detail.row).toMatchObject({ state: 'running', finishedAt: null });
  expect(detail.steps.map((step) => step.state)).toEqual([
    'done',
    'done',
    'done',
    'done',
    'running',
    'waiting',
    'waiting',
  ]);
  expect(detail.steps[4]?.expectedMs).toBe(9000);
});

it('the YAML leaves out bookkeeping and the base64 that the completion step leaves', () => {
  const build = read('story/2-commit', 'build');
  const whole = {
    ...build,
    metadata: {
      ...build.metadata,
      managedFields: [],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', a: 'b' },
    },
  };
  const text = readableYaml(whole);
  expect(text).not.toMatch(/H4sI|managedFields|last-applied/);
  expect(parse(text)).toMatchObject({
    kind: 'Build',
    metadata: { annotations: { a: 'b' } },
    status: { lifecycleVersion: '0.20.12' },
  });
});
