import { listServerRefs, type ServerRef } from 'isomorphic-git';
import type { GitReferences } from '../../../preload/contract/images.ts';
import { openGitHttp } from './http.ts';

/** What a repository answered when it was asked for its branches and tags. */
export type ReferencesAnswer =
  | { readonly kind: 'found'; readonly references: GitReferences }
  /** It is there, but has no branch yet. */
  | { readonly kind: 'empty' }
  /** It asks for an account. Public servers answer so for what does not exist, too. */
  | { readonly kind: 'private' }
  | { readonly kind: 'missing' }
  /** Something answers, but it is no git server. */
  | { readonly kind: 'no-repository' }
  /** No answer from this machine; the cluster may still reach it. `words` is the network's own word. */
  | { readonly kind: 'unreachable'; readonly words: string };

const timeLimit = 10_000;

/**
 * Reads branches and tags of a repository over HTTP(S), without credentials of our own, in at most ten
 * seconds. Never throws but for the signal. Protocol: https://git-scm.com/docs/protocol-v2
 */
export async function readReferences(
  url: string,
  signal: AbortSignal,
  limitMs: number = timeLimit,
): Promise<ReferencesAnswer> {
  const limit = AbortSignal.timeout(limitMs);
  const http = openGitHttp(AbortSignal.any([signal, limit]));
  try {
    const found = await listServerRefs({ http, url: url.replace(/\/+$/, ''), symrefs: true, peelTags: true });
    const references = toReferences(found);
    return references.branches.length + references.tags.length === 0
      ? { kind: 'empty' }
      : { kind: 'found', references };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return { kind: 'unreachable', words: `${String(limitMs / 1000)} s` };
    return answerOf(error);
  } finally {
    await http.close();
  }
}

function toReferences(found: readonly ServerRef[]): GitReferences {
  const of = (prefix: string) =>
    found
      .filter((each) => each.ref.startsWith(prefix) && !each.ref.endsWith('^{}'))
      .map((each) => ({ name: each.ref.slice(prefix.length), commit: each.peeled ?? each.oid }));
  const head = found.find((each) => each.ref === 'HEAD')?.target ?? '';
  return { head: head.replace(/^refs\/heads\//, ''), branches: of('refs/heads/'), tags: of('refs/tags/') };
}

function answerOf(error: unknown): ReferencesAnswer {
  const code = codeOf(error);
  const status = statusOf(error);
  if (status === 401 || status === 403 || status === 203) return { kind: 'private' };
  if (status === 404 || status === 410) return { kind: 'missing' };
  if (status !== null)
    return status >= 500 || status === 429
      ? { kind: 'unreachable', words: `HTTP ${String(status)}` }
      : { kind: 'no-repository' };
  // isomorphic-git's own complaints are about what the answer held.
  if (/^(?:SmartHttpError|ParseError|InternalError|RemoteCapabilityError|EmptyServerResponseError)$/.test(code))
    return { kind: 'no-repository' };
  return { kind: 'unreachable', words: networkWords(error) };
}

function statusOf(error: unknown): number | null {
  if (codeOf(error) !== 'HttpError' || typeof error !== 'object' || error === null || !('data' in error)) return null;
  const { data } = error;
  return typeof data === 'object' && data !== null && 'statusCode' in data && typeof data.statusCode === 'number'
    ? data.statusCode
    : null;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** The deepest word: `ECONNREFUSED`, `ENOTFOUND`, `DEPTH_ZERO_SELF_SIGNED_CERT`… */
function networkWords(error: unknown): string {
  if (error instanceof Error && error.cause !== undefined) return networkWords(error.cause);
  return codeOf(error) || (error instanceof Error ? error.message : String(error));
}
