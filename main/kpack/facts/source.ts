import type { SourceResolver } from '../types.ts';
import { type ConditionFact, findCondition } from './condition.ts';

/** What is kept of a SourceResolver, kpack's own helper object of an Image. Key: `uid`. */
export interface SourceFact {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** The Image it belongs to. */
  readonly image: string;
  readonly ready: ConditionFact | null;
  readonly polling: boolean | null;
  readonly type: 'Branch' | 'Tag' | 'Commit' | 'Unknown' | '';
  /** The newest commit that kpack has seen, or the revision as written while it could not be read. */
  readonly revision: string;
}

/** Keeps of a SourceResolver what rows and explanations need. */
export function sourceFact(resolver: SourceResolver): SourceFact {
  const { metadata, status } = resolver;
  const polling = findCondition(status?.conditions, 'ActivePolling');
  return {
    uid: metadata.uid ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    image: metadata.ownerReferences?.find((each) => each.kind === 'Image')?.name ?? '',
    ready: findCondition(status?.conditions, 'Ready'),
    polling: polling === null || polling.status === 'Unknown' ? null : polling.status === 'True',
    type: status?.source?.git?.type ?? '',
    revision: status?.source?.git?.revision ?? '',
  };
}

/**
 * kpack has given up: when the very first look at a repository fails, the resolver becomes Ready with
 * polling off, and no later commit is ever noticed, until something touches the object.
 * Source: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/git/remote_git_resolver.go
 */
export function hasStalled(source: SourceFact): boolean {
  return source.polling === false && source.type === 'Unknown';
}
