import type { Source } from './source.ts';

export interface RewrittenImage {
  /** As written in the YAML. */
  readonly from: string;
  /** `<localRegistry>/<path>@<digest>`. */
  readonly to: string;
  readonly digest: string;
}

/** Where an image of a source lies after it was copied: `<localRegistry>/<repository>@<digest>`. */
export function localReference(_localRegistry: string, _name: string, _digest: string): string {
  throw new Error('not yet');
}

/** The repository and tag under which an image of a source is stored in the local registry. */
export function localTarget(_name: string): { repository: string; tag: string | null } {
  throw new Error('not yet');
}

/**
 * Points every image reference of a YAML text that the source has at the local registry; all else stays byte for byte.
 * `missing` are references that the source does not have.
 */
export function rewriteImages(
  _yaml: string,
  _source: Source,
  _localRegistry: string,
  _signal: AbortSignal,
): Promise<{ yaml: string; images: readonly RewrittenImage[]; missing: readonly string[] }> {
  return Promise.reject(new Error('not yet'));
}
