import type { FieldError, ImageDraft } from '../../../preload/contract/images.ts';
import { isKubernetesError, type KubernetesError } from '../../kubernetes/errors.ts';
import { refusedByCluster, Refused } from '../refused.ts';

/** Paths of the Image resource and the fields of the form that they come from, the longest first. */
const paths: readonly (readonly [string, FieldError['field']])[] = [
  ['metadata.namespace', 'namespace'],
  ['metadata.name', 'name'],
  ['spec.source.git.url', 'gitUrl'],
  ['spec.source.git.revision', 'revision'],
  ['spec.source.subPath', 'subPath'],
  ['spec.source', 'gitUrl'],
  ['spec.builder', 'builder'],
  ['spec.tag', 'tag'],
  ['spec.build.env', 'env'],
];

/**
 * What the API server or kpack's webhook said about a draft, as the contract's error with the field it
 * belongs to. The webhook names paths at the end of its sentence:
 * `validation failed: invalid value: x y: spec.tag`.
 */
export function refusedDraft(error: unknown, draft: ImageDraft): unknown {
  if (isKubernetesError(error, 'already-exists')) {
    return new Refused(
      'CONFLICT',
      { key: 'images.backend_name_taken', params: { name: draft.name } },
      { field: 'name', raw: error.message, error },
    );
  }
  if (isKubernetesError(error, 'not-found') && error.details.kind === 'namespaces') {
    return new Refused(
      'INVALID',
      { key: 'images.backend_namespace_unknown', params: { namespace: draft.namespace } },
      { field: 'namespace', raw: error.message, error },
    );
  }
  if (isKubernetesError(error, 'denied-by-webhook', 'invalid')) {
    return new Refused(
      'INVALID',
      { key: 'images.backend_denied', params: { words: shortWords(error.message) } },
      { field: fieldOf(error), raw: error.message, error },
    );
  }
  return refusedByCluster(error);
}

function fieldOf(error: KubernetesError): FieldError['field'] | undefined {
  const named = [error.message, ...(error.details.causes ?? []).map((each) => each.field ?? '')].join('\n');
  return paths.find(([path]) => named.includes(path))?.[1];
}

function shortWords(message: string): string {
  return message.replace(/^.*validation failed: /s, '').trim();
}
