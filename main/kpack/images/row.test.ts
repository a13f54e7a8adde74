import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read, readFile } from '../../../test/fixtures/kpack/read.ts';
import { type BuildFact, buildFact } from '../facts/build.ts';
import { builderFact } from '../facts/builder.ts';
import { imageFact } from '../facts/image.ts';
import { podFact } from '../facts/pod.ts';
import { sourceFact } from '../facts/source.ts';
import { imageRow, type RowParts } from './row.ts';

const stages = ['1-config', '2-commit', '3-stack', '4-buildpack'];
const history = stages.map((stage) => buildFact(read(`story/${stage}`, 'build'))).reverse();
const base: RowParts = {
  image: imageFact(read('story/4-buildpack', 'image')),
  builds: history,
  pod: null,
  builder: builderFact(read('story/4-buildpack', 'clusterbuilder')),
  buildersKnown: true,
  source: sourceFact(read('story/4-buildpack', 'sourceresolver')),
  claimPhase: 'Bound',
  failure: null,
  unobservedSince: null,
  now: Date.parse('2026-11-20T22:00:00Z'),
};

describe('a ready image', () => {
  const row = imageRow(base);

  it('shows the newest build', () => {
    expect(row).toMatchObject({
      health: 'ready',
      cause: null,
      reasons: ['BUILDPACK'],
      commit: '46e90885e717d9ebfaf1d08176690c8b7e02b9f1',
      buildCount: 4,
      running: null,
      tag: '172.30.20.11:5000/apps/reward-dining',
      builder: { kind: 'ClusterBuilder', name: 'lab' },
      source: { kind: 'git', url: 'http://172.30.20.20/reward-dining.git', revision: 'main', subPath: '' },
    });
    expect(row.latestImage).toBe(history[0]?.digest);
    expect(row.builtAt).toBe(history[0]?.finishedAt);
  });

  it('has a trend, oldest first, from the containers’ own times', () => {
    expect(row.trend.map((each) => [each.number, each.ok])).toEqual([
      [1, true],
      [2, true],
      [3, true],
      [4, true],
    ]);
    expect(row.trend[1]?.durationMs).toBe(Date.parse('2026-11-20T21:35:44Z') - Date.parse('2026-11-20T21:35:17Z'));
  });

  it('keeps seven of a longer history', () => {
    const many = Array.from({ length: 12 }, (_, index): BuildFact => ({
      ...(history[0] ?? never()),
      uid: String(index),
      number: 20 - index,
    }));
    expect(imageRow({ ...base, builds: many }).trend.map((each) => each.number)).toEqual([14, 15, 16, 17, 18, 19, 20]);
  });
});

describe('a build on its way, at every captured phase', () => {
  const folder = join(import.meta.dirname, '../../../test/fixtures/kpack/phases');
  const phases = readdirSync(folder)
    .filter((file) => file.endsWith('.pod.yaml'))
    .map((file) => file.replace('.pod.yaml', ''));

  it.each(phases)('%s', (phase) => {
    const build = buildFact(readFile<'build'>(`phases/${phase}.build.yaml`));
    const pod = podFact(readFile<'pod'>(`phases/${phase}.pod.yaml`));
    const image = imageFact(readFile<'image'>(`phases/${phase}.image.yaml`));
    const row = imageRow({ ...base, image, pod, builds: [build, ...history.slice(3)], now: build.createdAt + 10_000 });
    const step = /^\d+-([a-z]+)-(?:waiting|running)/.exec(phase)?.[1];
    if (step === undefined || step === 'all') {
      expect(row.running?.step ?? 'completion').toBe('completion');
    } else {
      expect(row.health).toBe('building');
      expect(row.running).toMatchObject({
        step,
        stepCount: 7,
        number: 2,
        stepIndex: ['prepare', 'analyze', 'detect', 'restore', 'build', 'export', 'completion'].indexOf(step),
      });
      expect(row.running?.expectedMs).toBe((history[3]?.finishedAt ?? 0) - (history[3]?.createdAt ?? 0));
    }
  });
});

describe('an image that is not well', () => {
  const failed = { status: 'False', reason: 'BuildFailed', message: 'Error: …', at: null } as const;

  it('failed: with the sentence about the build', () => {
    const failure = { key: 'explain.exit_20' } as const;
    expect(imageRow({ ...base, image: { ...base.image, ready: failed }, failure })).toMatchObject({
      health: 'failed',
      cause: failure,
    });
  });

  it('stalled: kpack no longer looks at the repository', () => {
    const source = sourceFact(read('stalled', 'sourceresolver'));
    expect(imageRow({ ...base, source })).toMatchObject({ health: 'stalled', cause: { key: 'explain.stalled' } });
  });

  it('a commit is not polled, and that is fine', () => {
    const source = { ...(base.source ?? never()), polling: false, type: 'Commit' as const };
    expect(imageRow({ ...base, source }).health).toBe('ready');
  });

  it('ready with an old builder: says what keeps the builder back', () => {
    const builder = builderFact(read('not-up-to-date', 'clusterbuilder'));
    const image = {
      ...base.image,
      builderUpToDate: { status: 'False', reason: 'BuilderNotUpToDate', message: '', at: null } as const,
    };
    expect(imageRow({ ...base, builder, image })).toMatchObject({
      health: 'ready',
      cause: {
        key: 'explain.builder_behind',
        params: { builder: 'lab', words: "could not find buildpack with id 'lab/nosuch'" },
      },
    });
  });

  it('a change that kpack has not taken up for more than half a minute', () => {
    expect(imageRow({ ...base, unobservedSince: base.now - 45_000 })).toMatchObject({
      health: 'stalled',
      cause: { params: { seconds: 45 } },
    });
    expect(imageRow({ ...base, unobservedSince: base.now - 5_000 }).health).toBe('ready');
  });

  it('waits, with the obstacle, when its build finds no node', () => {
    const build = buildFact(read('unschedulable', 'build'));
    const pod = podFact(read('unschedulable', 'pod'));
    const image = imageFact(read('unschedulable', 'image'));
    const row = imageRow({ ...base, image, pod, builds: [build], now: build.createdAt + 20_000 });
    expect(row).toMatchObject({
      health: 'waiting',
      cause: { key: 'explain.no_node_selector' },
      running: { step: '', number: 1, expectedMs: null },
    });
  });

  it('follows the Build when the Image has not caught up with it', () => {
    const lagging = {
      ...base.image,
      ready: { status: 'Unknown', reason: 'BuildRunning', message: '', at: null } as const,
    };
    expect(imageRow({ ...base, image: lagging }).health).toBe('ready');
    expect(
      imageRow({ ...base, image: lagging, builds: [{ ...(history[0] ?? never()), outcome: 'failed' }] }).health,
    ).toBe('failed');
  });
});

it('compares a rebase with rebases only', () => {
  const running: BuildFact = {
    ...(history[1] ?? never()),
    uid: 'new',
    number: 5,
    outcome: 'open',
    finishedAt: null,
    digest: '',
  };
  const rebase = history[1];
  expect(imageRow({ ...base, builds: [running, ...history] }).running).toMatchObject({
    stepCount: 2,
    expectedMs: (rebase?.finishedAt ?? 0) - (rebase?.createdAt ?? 0),
  });
});

function never(): never {
  throw new Error('the fixture is missing');
}
