import { execFileSync } from 'node:child_process';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import type { ImageDraft } from '../../../preload/contract/images.ts';
import { imageResource, kpCommand, toYaml } from './resource.ts';

const draft: ImageDraft = {
  namespace: 'default',
  name: 'hotel-guide',
  gitUrl: 'https://git.example/team/hotel-guide.git',
  revision: 'main',
  subPath: 'apps/web',
  builder: { kind: 'ClusterBuilder', name: 'default' },
  tag: '172.30.255.10:5000/apps/hotel-guide',
  env: [
    { name: 'GREETING', value: `it's "$HOME" \\ & more; \`date\`` },
    { name: 'EMPTY', value: '' },
    { name: '', value: '' },
  ],
};

/** What a shell makes of a command line. */
function words(command: string): string[] {
  const script = `kp() { printf '%s\\0' "$@"; }\n${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the kp command', () => {
  it('reaches kp with every value unchanged', () => {
    expect(words(kpCommand(draft))).toEqual([
      ...['image', 'save', 'hotel-guide', '--namespace', 'default', '--tag', draft.tag, '--git', draft.gitUrl],
      ...['--git-revision', 'main', '--sub-path', 'apps/web', '--cluster-builder', 'default'],
      ...['--env', `GREETING=it's "$HOME" \\ & more; \`date\``, '--env', 'EMPTY='],
    ]);
  });

  it('uses --builder for a builder of the namespace', () => {
    expect(words(kpCommand({ ...draft, builder: { kind: 'Builder', name: 'mine' } })).slice(-6, -4)).toEqual([
      '--builder',
      'mine',
    ]);
  });
});

describe('the YAML', () => {
  it('is the resource that would be created', () => {
    expect(parse(toYaml(imageResource(draft)))).toEqual({
      apiVersion: 'kpack.io/v1alpha2',
      kind: 'Image',
      metadata: { name: 'hotel-guide', namespace: 'default' },
      spec: {
        tag: '172.30.255.10:5000/apps/hotel-guide',
        serviceAccountName: 'default',
        builder: { kind: 'ClusterBuilder', name: 'default' },
        source: { git: { url: 'https://git.example/team/hotel-guide.git', revision: 'main' }, subPath: 'apps/web' },
        build: {
          env: [
            { name: 'GREETING', value: `it's "$HOME" \\ & more; \`date\`` },
            { name: 'EMPTY', value: '' },
          ],
        },
      },
    });
  });

  it('leaves out what was not given', () => {
    expect(imageResource({ ...draft, subPath: '', env: [] }).spec).not.toHaveProperty('build');
    expect(imageResource({ ...draft, subPath: '', env: [] }).spec.source).toEqual({
      git: { url: draft.gitUrl, revision: 'main' },
    });
  });
});
