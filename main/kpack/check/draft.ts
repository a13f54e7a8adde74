import type { ImageCheck, ImageDraft } from '../../../preload/contract/images.ts';
import type { BuilderFact } from '../facts/builder.ts';
import type { ImageFact } from '../facts/image.ts';
import type { ReferencesAnswer } from '../git/references.ts';
import { checkBuilder } from './builder.ts';
import { checkEnv } from './env.ts';
import { checkGitUrl, parseGitUrl } from './git-url.ts';
import { checkName } from './name.ts';
import { error, type Problem, sorted, text, warning } from './problems.ts';
import { imageResource, kpCommand, toYaml } from './resource.ts';
import { checkRevision, checkSubPath } from './source.ts';
import { checkTag } from './tag.ts';

/** What a draft is checked against: what the cluster and the repository said last. */
export interface Surroundings {
  readonly images: readonly Pick<ImageFact, 'namespace' | 'name' | 'tag'>[];
  /** Null while the builders are not known. */
  readonly builders: readonly BuilderFact[] | null;
  /** Null while the namespaces are not known. */
  readonly namespaces: readonly string[] | null;
  readonly tagPrefix: string;
  /** An address of this machine that pods reach, null when none is known. */
  readonly hostAddress: string | null;
  /** What the repository answered; null when it was not asked. */
  readonly references: ReferencesAnswer | null;
}

/** Checks a draft field by field, without changing anything. */
export function checkDraft(draft: ImageDraft, around: Surroundings): ImageCheck {
  const taken = around.images.filter((each) => each.namespace === draft.namespace).map((each) => each.name);
  const problems = [
    ...checkNamespace(draft.namespace, around.namespaces),
    ...checkName(draft.name, taken),
    ...checkGitUrl(draft.gitUrl, around.hostAddress),
    ...checkRepository(draft, around.references),
    ...checkSubPath(draft.subPath),
    ...checkBuilder(draft, around.builders),
    ...checkTag(draft.tag, { tagPrefix: around.tagPrefix, others: around.images }),
    ...checkEnv(draft.env),
  ];
  return { ...sorted(problems), yaml: toYaml(imageResource(draft)), command: kpCommand(draft) };
}

function checkNamespace(namespace: string, known: readonly string[] | null): Problem[] {
  if (known === null || known.includes(namespace)) return [];
  return [error('namespace', text('images.backend_namespace_unknown', { namespace }))];
}

/** What the repository's own answer says about address and revision. */
function checkRepository(draft: ImageDraft, answer: ReferencesAnswer | null): Problem[] {
  if (answer?.kind === 'found') return checkRevision(draft.revision, answer.references);
  const revision = checkRevision(draft.revision, null);
  if (!answer)
    return parseGitUrl(draft.gitUrl)?.transport === 'ssh'
      ? [...revision, warning('gitUrl', text('images.backend_git_ssh'))]
      : revision;
  switch (answer.kind) {
    case 'private':
      return [...revision, warning('gitUrl', text('images.backend_git_private_warning'))];
    // Only the cluster has to reach it; this machine may be somewhere else.
    case 'unreachable':
      return [...revision, warning('gitUrl', text('images.backend_git_unreachable_warning', { words: answer.words }))];
    case 'missing':
      return [...revision, error('gitUrl', text('images.backend_git_not_found'))];
    case 'no-repository':
      return [...revision, error('gitUrl', text('images.backend_git_no_repository'))];
    case 'empty':
      return [...revision, error('gitUrl', text('images.backend_git_empty'))];
  }
}
