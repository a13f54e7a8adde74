import type { GitReferences } from '../../../preload/contract/images.ts';
import type { Text } from '../../../preload/contract/text.ts';
import type { ReferencesAnswer } from '../git/references.ts';
import { Refused, type RefusalCode } from '../refused.ts';

/** The references, or the contract's error for what the repository answered instead. */
export function referencesOrRefused(answer: ReferencesAnswer | null): GitReferences {
  if (answer?.kind === 'found') return answer.references;
  const [code, cause] = refusal(answer);
  throw new Refused(code, cause, { field: 'gitUrl' });
}

function refusal(answer: Exclude<ReferencesAnswer, { kind: 'found' }> | null): [RefusalCode, Text] {
  if (!answer) return ['INVALID', { key: 'images.backend_git_ssh_references' }];
  switch (answer.kind) {
    case 'private':
      return ['FORBIDDEN', { key: 'images.backend_git_private' }];
    case 'unreachable':
      return ['UNREACHABLE', { key: 'images.backend_git_unreachable', params: { words: answer.words } }];
    case 'missing':
      return ['INVALID', { key: 'images.backend_git_not_found' }];
    case 'no-repository':
      return ['INVALID', { key: 'images.backend_git_no_repository' }];
    case 'empty':
      return ['INVALID', { key: 'images.backend_git_empty' }];
  }
}
