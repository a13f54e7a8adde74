import { describe, expect, it } from 'vitest';
import type { FieldError, ImageDraft } from '../../../preload/contract/images.ts';
import type { BuilderFact } from '../facts/builder.ts';
import { checkDraft, type Surroundings } from './draft.ts';

const builder: BuilderFact = {
  uid: 'u',
  kind: 'ClusterBuilder',
  namespace: '',
  name: 'default',
  ready: true,
  readyCondition: null,
  upToDate: null,
  stack: 's',
  runImage: '',
  lifecycle: '',
  buildpacks: [],
};

const around: Surroundings = {
  images: [{ namespace: 'default', name: 'web', tag: '172.30.255.10:5000/apps/web' }],
  builders: [
    builder,
    {
      ...builder,
      uid: 'v',
      name: 'broken',
      ready: false,
      upToDate: {
        status: 'False',
        reason: 'ReconcileFailed',
        message: "could not find buildpack with id 'x'",
        at: null,
      },
    },
  ],
  namespaces: ['default', 'team'],
  tagPrefix: '172.30.255.10:5000/apps/',
  hostAddress: '192.168.11.239',
  references: {
    kind: 'found',
    references: {
      head: 'main',
      branches: [
        { name: 'main', commit: '46e90885e717d9ebfaf1d08176690c8b7e02b9f1' },
        { name: 'feature/x', commit: 'ae7127412c3d0f2d9bb7b9ee30a9ac7dbe3c9e85' },
      ],
      tags: [{ name: 'v1', commit: '8e0d2db8a7d82d047a5cb3144f1b831b27be94d7' }],
    },
  },
};

const good: ImageDraft = {
  namespace: 'default',
  name: 'hotel-guide',
  gitUrl: 'https://git.example/team/hotel-guide.git',
  revision: 'main',
  subPath: '',
  builder: { kind: 'ClusterBuilder', name: 'default' },
  tag: '172.30.255.10:5000/apps/hotel-guide',
  env: [],
};

/** Field, words' key and the value that the first fix proposes. */
function brief(entries: readonly FieldError[]): [string, string, string?][] {
  return entries.map((each) => {
    const value = each.fixes[0]?.params['value'];
    const key = each.cause.key.replace('images.backend_', '');
    return value === undefined ? [each.field, key] : [each.field, key, value];
  });
}

function errors(change: Partial<ImageDraft>, other: Partial<Surroundings> = {}) {
  return brief(checkDraft({ ...good, ...change }, { ...around, ...other }).errors);
}

function warnings(change: Partial<ImageDraft>, other: Partial<Surroundings> = {}) {
  return brief(checkDraft({ ...good, ...change }, { ...around, ...other }).warnings);
}

it('finds nothing in a good draft', () => {
  const check = checkDraft(good, around);
  expect([check.errors, check.warnings]).toEqual([[], []]);
});

describe('errors', () => {
  it.each<[Partial<ImageDraft>, [string, string, string?]]>([
    [{ name: '' }, ['name', 'name_missing']],
    [{ name: 'Hotel_Guide' }, ['name', 'name_capitals', 'hotel-guide']],
    [{ name: 'hotel guide' }, ['name', 'name_characters', 'hotel-guide']],
    [{ name: '-hotel' }, ['name', 'name_ends', 'hotel']],
    [{ name: 'x'.repeat(64) }, ['name', 'name_long', 'x'.repeat(63)]],
    [{ name: 'web' }, ['name', 'name_taken', 'web-2']],
    [{ namespace: 'nowhere' }, ['namespace', 'namespace_unknown']],

    [{ gitUrl: '' }, ['gitUrl', 'git_missing']],
    [{ gitUrl: 'https://git.example/a b.git' }, ['gitUrl', 'git_spaces', 'https://git.example/ab.git']],
    [{ gitUrl: 'github.com/team/app' }, ['gitUrl', 'git_no_scheme', 'https://github.com/team/app']],
    [{ gitUrl: 'git://git.example/app.git' }, ['gitUrl', 'git_scheme', 'https://git.example/app.git']],
    [{ gitUrl: '/home/me/app' }, ['gitUrl', 'git_local_path']],
    [{ gitUrl: 'file:///home/me/app' }, ['gitUrl', 'git_local_path']],
    [{ gitUrl: 'C:\\work\\app' }, ['gitUrl', 'git_local_path']],
    [{ gitUrl: 'https://git.example/' }, ['gitUrl', 'git_no_path']],
    [{ gitUrl: 'app' }, ['gitUrl', 'git_invalid']],
    [{ gitUrl: 'http://localhost:3000/app.git' }, ['gitUrl', 'git_localhost', 'http://192.168.11.239:3000/app.git']],
    [{ gitUrl: 'http://127.0.0.1/app.git' }, ['gitUrl', 'git_localhost', 'http://192.168.11.239/app.git']],
    [{ gitUrl: 'git@localhost:app.git' }, ['gitUrl', 'git_localhost', 'git@192.168.11.239:app.git']],
    [{ gitUrl: 'https://github.com/team/app/tree/main/web' }, ['gitUrl', 'git_page', 'https://github.com/team/app']],

    [{ revision: '' }, ['revision', 'revision_missing', 'main']],
    [{ revision: 'refs/heads/feature/x' }, ['revision', 'revision_full_name', 'feature/x']],
    [{ revision: 'HEAD' }, ['revision', 'revision_head', 'main']],
    [{ revision: 'nosuch' }, ['revision', 'revision_unknown', 'main']],
    [{ revision: 'Main' }, ['revision', 'revision_unknown', 'main']],
    [{ revision: '46e90885' }, ['revision', 'revision_short', '46e90885e717d9ebfaf1d08176690c8b7e02b9f1']],

    [{ subPath: '/web' }, ['subPath', 'path_relative', 'web']],
    [{ subPath: 'apps\\web' }, ['subPath', 'path_relative', 'apps/web']],
    [{ subPath: '../other' }, ['subPath', 'path_outside']],

    [{ builder: { kind: 'ClusterBuilder', name: '' } }, ['builder', 'builder_missing']],
    [{ builder: { kind: 'ClusterBuilder', name: 'nosuch' } }, ['builder', 'builder_unknown', 'default']],
    [{ builder: { kind: 'Builder', name: 'default' } }, ['builder', 'builder_unknown']],

    [{ tag: '' }, ['tag', 'tag_missing']],
    [{ tag: '172.30.255.10:5000/apps/Hotel' }, ['tag', 'tag_capitals', '172.30.255.10:5000/apps/hotel']],
    [{ tag: '172.30.255.10:5000/apps/hotel:' }, ['tag', 'tag_tag']],
    [{ tag: '172.30.255.10:5000/apps//hotel' }, ['tag', 'tag_repository']],
    [
      { tag: `172.30.255.10:5000/apps/hotel@sha256:${'a'.repeat(64)}` },
      ['tag', 'tag_digest', '172.30.255.10:5000/apps/hotel'],
    ],
    [{ tag: 'localhost:5000/hotel' }, ['tag', 'tag_localhost', '172.30.255.10:5000/apps/hotel']],
    [{ tag: '127.0.0.1:5001/apps/hotel:1' }, ['tag', 'tag_localhost', '172.30.255.10:5000/apps/hotel:1']],

    [{ env: [{ name: '', value: 'x' }] }, ['env', 'env_no_name']],
    [{ env: [{ name: '1X', value: '' }] }, ['env', 'env_characters']],
  ])('%j', (change, expected) => {
    expect(errors(change)).toEqual([expected]);
  });

  it('names the row of a variable that is there twice', () => {
    const { errors: found } = checkDraft(
      {
        ...good,
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '' },
          { name: 'A', value: '2' },
        ],
      },
      around,
    );
    expect(found.map((each) => [each.field, each.index, each.cause.key])).toEqual([
      ['env', 2, 'images.backend_env_twice'],
    ]);
  });

  it.each([
    ['missing', 'git_not_found'],
    ['no-repository', 'git_no_repository'],
    ['empty', 'git_empty'],
  ] as const)('a repository that answers %s', (kind, key) => {
    expect(errors({}, { references: { kind } })).toEqual([['gitUrl', key]]);
  });
});

describe('warnings leave the way open', () => {
  it.each<[Partial<ImageDraft>, [string, string, string?]]>([
    [{ gitUrl: 'https://me:secret@git.example/app.git' }, ['gitUrl', 'git_password']],
    [{ builder: { kind: 'ClusterBuilder', name: 'broken' } }, ['builder', 'builder_not_ready_because']],
    [{ tag: 'me/hotel' }, ['tag', 'tag_docker_hub', '172.30.255.10:5000/me/hotel']],
    [{ tag: 'registry.local:5000/apps/hotel' }, ['tag', 'tag_dot_local', '172.30.255.10:5000/apps/hotel']],
    [{ tag: 'registry:5000/apps/hotel' }, ['tag', 'tag_http', '172.30.255.10:5000/apps/hotel']],
    [{ tag: '172.30.255.10:5000/apps/web:latest' }, ['tag', 'tag_shared']],
    [{ env: [{ name: 'DB_PASSWORD', value: 'x' }] }, ['env', 'env_secret']],
  ])('%j', (change, expected) => {
    expect(errors(change)).toEqual([]);
    expect(warnings(change)).toEqual([expected]);
  });

  it('a repository that this machine cannot reach may be reached by the cluster', () => {
    const references = { kind: 'unreachable', words: 'ENOTFOUND' } as const;
    expect(errors({}, { references })).toEqual([]);
    expect(warnings({}, { references })).toEqual([['gitUrl', 'git_unreachable_warning']]);
  });

  it('a private repository', () => {
    expect(warnings({}, { references: { kind: 'private' } })).toEqual([['gitUrl', 'git_private_warning']]);
  });

  it('an ssh address is never read', () => {
    expect(warnings({ gitUrl: 'git@git.example:team/app.git' }, { references: null })).toEqual([['gitUrl', 'git_ssh']]);
  });

  it('what looks like a short commit, when the repository is not known', () => {
    expect(warnings({ revision: '46e90885' }, { references: null })).toEqual([['revision', 'revision_maybe_short']]);
  });
});

it('takes a whole commit that no branch points at', () => {
  expect(errors({ revision: '1ad28d6a1354279e270ed2983b4ef8ddac5784ae' })).toEqual([]);
});

it('says nothing about what is not known yet', () => {
  expect(
    errors(
      { namespace: 'x', builder: { kind: 'ClusterBuilder', name: 'y' } },
      { builders: null, namespaces: null, references: null },
    ),
  ).toEqual([]);
});
