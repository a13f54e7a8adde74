import { stringify } from 'yaml';
import type { ImageDraft } from '../../../preload/contract/images.ts';
import { shellWord } from '../shell.ts';
import type { Image } from '../types.ts';
import { usedEnv } from './env.ts';

/** The Image resource that a draft stands for. What is left out gets kpack's defaults (a cache of 2 GB, ten builds kept). */
export function imageResource(draft: ImageDraft): Image {
  const env = usedEnv(draft.env);
  return {
    apiVersion: 'kpack.io/v1alpha2',
    kind: 'Image',
    metadata: { name: draft.name, namespace: draft.namespace },
    spec: {
      tag: draft.tag,
      serviceAccountName: 'default',
      builder: { kind: draft.builder.kind, name: draft.builder.name },
      source: {
        git: { url: draft.gitUrl, revision: draft.revision },
        ...(draft.subPath === '' ? {} : { subPath: draft.subPath }),
      },
      ...(env.length === 0 ? {} : { build: { env: env.map(({ name, value }) => ({ name, value })) } }),
    },
  };
}

/** The object as YAML, as people write it: long values in one line. */
export function toYaml(object: object): string {
  return stringify(object, { lineWidth: 0 });
}

/** What `kp image save` is told. */
export interface CommandParts {
  readonly namespace: string;
  readonly name: string;
  readonly tag: string;
  readonly gitUrl: string;
  readonly revision: string;
  readonly subPath: string;
  readonly builder: { readonly kind: string; readonly name: string };
  readonly env: ImageDraft['env'];
}

/**
 * The `kp` command that makes the same image, one option a line, ready for a POSIX shell.
 * Source: https://github.com/vmware-tanzu/kpack-cli/blob/v0.17.1/docs/kp_image_save.md
 */
export function kpCommand(parts: CommandParts): string {
  const options: string[][] = [
    ['--namespace', parts.namespace],
    ['--tag', parts.tag],
    ['--git', parts.gitUrl],
    ['--git-revision', parts.revision],
    ...(parts.subPath === '' ? [] : [['--sub-path', parts.subPath]]),
    [parts.builder.kind === 'Builder' ? '--builder' : '--cluster-builder', parts.builder.name],
    ...usedEnv(parts.env).map(({ name, value }) => ['--env', `${name}=${value}`]),
  ];
  return [
    `kp image save ${shellWord(parts.name)}`,
    ...options.map((words) => `  ${words.map(shellWord).join(' ')}`),
  ].join(' \\\n');
}
