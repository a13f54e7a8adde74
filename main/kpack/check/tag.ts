import { parseReference, type Reference, type ReferenceProblem, referenceProblem } from '../../registry/reference.ts';
import type { MessageKey } from '../../../preload/messages/index.ts';
import { isLoopback } from './git-url.ts';
import { error, type Problem, text, useValue, warning } from './problems.ts';

const sentences: Record<ReferenceProblem, MessageKey> = {
  empty: 'images.backend_tag_missing',
  registry: 'images.backend_tag_registry',
  repository: 'images.backend_tag_repository',
  uppercase: 'images.backend_tag_capitals',
  'too-long': 'images.backend_tag_long',
  tag: 'images.backend_tag_tag',
  digest: 'images.backend_tag_digest',
};

/** What a tag is checked against. */
export interface TagSurroundings {
  /** Prefix of tags in the local registry (`172.30.255.10:5000/apps/`), empty when there is none. */
  readonly tagPrefix: string;
  /** Tags of the other images and their names. */
  readonly others: readonly { readonly name: string; readonly tag: string }[];
}

/**
 * Whether builds can push to a tag. Plain HTTP is only spoken with private addresses, `*.local` and
 * localhost; localhost, inside the build, is the build's own pod.
 * Source: https://github.com/google/go-containerregistry/blob/v0.20.6/pkg/name/registry.go
 */
export function checkTag(tag: string, { tagPrefix, others }: TagSurroundings): Problem[] {
  const wrong = referenceProblem(tag);
  if (wrong !== null) return [error('tag', text(sentences[wrong]), proposals(tag, wrong, tagPrefix))];
  const reference = parseReference(tag);
  if (reference.digest !== null)
    return [error('tag', text('images.backend_tag_digest'), [useValue('tag', tag.slice(0, tag.indexOf('@')))])];
  const host = reference.registry.replace(/:\d+$/, '');
  if (isLoopback(host))
    return [error('tag', text('images.backend_tag_localhost', { host }), inLocalRegistry(reference, tagPrefix))];
  return [...hostWarnings(reference, host, tagPrefix), ...shared(tag, others)];
}

function hostWarnings(reference: Reference, host: string, tagPrefix: string): Problem[] {
  if (reference.registry === 'docker.io')
    return [warning('tag', text('images.backend_tag_docker_hub'), inLocalRegistry(reference, tagPrefix))];
  if (host.endsWith('.local'))
    return [warning('tag', text('images.backend_tag_dot_local', { host }), inLocalRegistry(reference, tagPrefix))];
  if (!host.includes('.') && !host.startsWith('['))
    return [
      warning(
        'tag',
        text('images.backend_tag_http', { host: reference.registry }),
        inLocalRegistry(reference, tagPrefix),
      ),
    ];
  return [];
}

/** Two images with one tag overwrite each other's result. */
function shared(tag: string, others: TagSurroundings['others']): Problem[] {
  const same = others.find((each) => sameTag(each.tag, tag));
  return same ? [warning('tag', text('images.backend_tag_shared', { image: same.name }))] : [];
}

function sameTag(a: string, b: string): boolean {
  if (referenceProblem(a) !== null) return false;
  const [left, right] = [parseReference(a), parseReference(b)];
  return (
    left.registry === right.registry &&
    left.repository === right.repository &&
    (left.tag ?? 'latest') === (right.tag ?? 'latest')
  );
}

function inLocalRegistry(reference: Reference, tagPrefix: string): Problem['entry']['fixes'] {
  if (tagPrefix === '') return [];
  const slash = tagPrefix.indexOf('/');
  const [registry, folder] = [tagPrefix.slice(0, slash), tagPrefix.slice(slash + 1)];
  const path = reference.repository.replace(/^library\//, '');
  const ending = reference.tag === null ? '' : `:${reference.tag}`;
  return [useValue('tag', `${registry}/${path.includes('/') ? path : `${folder}${path}`}${ending}`)];
}

function proposals(tag: string, wrong: ReferenceProblem, tagPrefix: string): Problem['entry']['fixes'] {
  if (wrong !== 'uppercase') return [];
  const slash = tag.startsWith(tagPrefix) ? tagPrefix.length : 0;
  const lower = `${tag.slice(0, slash)}${tag.slice(slash).toLowerCase()}`;
  return referenceProblem(lower) === null ? [useValue('tag', lower)] : [];
}
