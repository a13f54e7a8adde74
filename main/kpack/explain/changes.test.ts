import { describe, expect, it } from 'vitest';
import { read } from '../../../test/fixtures/kpack/read.ts';
import { labels } from '../types.ts';
import { explainChanges, type NewVersions } from './changes.ts';

const none: NewVersions = { used: [], offered: [] };

function changesOf(folder: string, versions: NewVersions = none) {
  const annotation = read(folder, 'build').metadata.annotations?.[labels.changes];
  return explainChanges(annotation, versions).map(({ reason, subject, old, new: now }) => [
    reason,
    subject.key.replace('explain.subject_', ''),
    subject.params ?? {},
    old,
    now,
  ]);
}

describe('why a captured build was made', () => {
  it('CONFIG of a first build: everything is new', () => {
    expect(changesOf('story/1-config')).toEqual([
      ['CONFIG', 'source', {}, '', 'http://172.30.20.20/reward-dining.git'],
      ['CONFIG', 'source_revision', {}, '', 'bbedaf7a3961eb4b624ec2f3b861e096ae8c4d5e'],
      ['CONFIG', 'env', { name: 'LAB_LOG_LINES' }, '', '120'],
      ['CONFIG', 'env', { name: 'LAB_LINE_DELAY' }, '', '0.03'],
    ]);
  });

  it('COMMIT', () => {
    expect(changesOf('story/2-commit')).toEqual([
      ['COMMIT', 'commit', {}, 'bbedaf7a3961eb4b624ec2f3b861e096ae8c4d5e', '46e90885e717d9ebfaf1d08176690c8b7e02b9f1'],
    ]);
  });

  it('STACK', () => {
    const [change] = changesOf('story/3-stack');
    expect(change?.slice(0, 2)).toEqual(['STACK', 'run_image']);
    expect(change?.[3]).toMatch(/^sha256:68ecfcb2/);
    expect(change?.[4]).toMatch(/^sha256:366e6c81/);
  });

  it('BUILDPACK: the new version is what the build used', () => {
    const used = read('story/4-buildpack', 'build').status?.buildMetadata ?? [];
    expect(changesOf('story/4-buildpack', { used, offered: [] })).toEqual([
      ['BUILDPACK', 'buildpack', { id: 'lab/httpd' }, '1.0.0', '1.1.0'],
    ]);
  });

  it('BUILDPACK while it runs: the new version is what the builder offers', () => {
    const offered = read('story/4-buildpack', 'clusterbuilder').status?.builderMetadata ?? [];
    expect(changesOf('story/4-buildpack', { used: [], offered })).toEqual([
      ['BUILDPACK', 'buildpack', { id: 'lab/httpd' }, '1.0.0', '1.1.0'],
    ]);
  });

  it('BUILDPACK that the builder no longer has', () => {
    expect(changesOf('story/4-buildpack')).toEqual([['BUILDPACK', 'buildpack', { id: 'lab/httpd' }, '1.0.0', '']]);
  });

  it('LIFECYCLE', () => {
    expect(changesOf('lifecycle')).toEqual([['LIFECYCLE', 'lifecycle', {}, '0.20.12', '0.21.17']]);
  });

  it('resources of a first build', () => {
    expect(changesOf('failures/oom')).toContainEqual([
      'CONFIG',
      'resource',
      { kind: 'limits', name: 'memory' },
      '',
      '200Mi',
    ]);
  });
});

describe('annotations', () => {
  const first = (annotation: string) => explainChanges(annotation, none);

  it('TRIGGER gives the time it was asked for', () => {
    const [change] = first(
      '[{"reason":"TRIGGER","old":"","new":"A new build was manually triggered on Fri, 20 Nov 2026 21:47:33 +0000"}]',
    );
    expect(change).toMatchObject({ reason: 'TRIGGER', old: '', new: '2026-11-20T21:47:33.000Z' });
  });

  it('several reasons at once keep their order, and the commit is told once', () => {
    const source = (revision: string) => ({ git: { url: 'https://g/x.git', revision } });
    const changes = [
      { reason: 'COMMIT', old: 'a', new: 'b' },
      {
        reason: 'CONFIG',
        old: {
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '1' },
          ],
          source: source('a'),
        },
        new: {
          env: [
            { name: 'A', value: '2' },
            { name: 'C', value: '3' },
          ],
          source: source('b'),
        },
      },
    ];
    expect(
      first(JSON.stringify(changes)).map((each) => [
        each.reason,
        each.subject.params?.['name'] ?? '',
        each.old,
        each.new,
      ]),
    ).toEqual([
      ['COMMIT', '', 'a', 'b'],
      ['CONFIG', 'A', '1', '2'],
      ['CONFIG', 'C', '', '3'],
      ['CONFIG', 'B', '1', ''],
    ]);
  });

  it.each([undefined, '', 'not json', '{}', '[{"reason":"NEWWORD"}]', '[{"reason":"BUILDPACK","old":null}]'])(
    '%s says nothing',
    (annotation) => {
      expect(explainChanges(annotation, none)).toEqual([]);
    },
  );
});
