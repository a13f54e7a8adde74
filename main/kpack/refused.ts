import type { Refusal } from '../../preload/contract/errors.ts';
import type { Fix, Text } from '../../preload/contract/text.ts';
import type { MessageKey } from '../../preload/messages/index.ts';
import { isKubernetesError } from '../kubernetes/errors.ts';

/** The codes of the contract's errors. */
export type RefusalCode = 'INVALID' | 'NOT_FOUND' | 'CONFLICT' | 'UNREACHABLE' | 'FORBIDDEN' | 'FAILED';

/** A request that cannot be done, with what the contract says about it. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: RefusalCode;
  readonly refusal: Refusal;

  constructor(
    code: RefusalCode,
    cause: Text,
    more: { field?: string; fixes?: Fix[]; raw?: string; error?: unknown } = {},
  ) {
    super(`${code}: ${cause.key}`, { cause: more.error });
    this.code = code;
    this.refusal = { cause, field: more.field ?? null, fixes: more.fixes ?? [], raw: more.raw ?? '' };
  }
}

const sentences: readonly (readonly [Parameters<typeof isKubernetesError>[1], RefusalCode, MessageKey])[] = [
  ['unreachable', 'UNREACHABLE', 'builds.backend_cluster_unreachable'],
  ['unavailable', 'UNREACHABLE', 'builds.backend_cluster_unreachable'],
  ['webhook-unavailable', 'UNREACHABLE', 'builds.backend_webhook_unavailable'],
  ['unauthorized', 'FORBIDDEN', 'builds.backend_not_allowed'],
  ['forbidden', 'FORBIDDEN', 'builds.backend_not_allowed'],
  ['absent', 'UNREACHABLE', 'builds.backend_no_kpack'],
  ['not-found', 'NOT_FOUND', 'builds.backend_gone'],
  ['conflict', 'CONFLICT', 'builds.backend_changed_meanwhile'],
];

/** What a failed call to the cluster means to the person who asked; anything else is passed on as it is. */
export function refusedByCluster(error: unknown): unknown {
  if (!isKubernetesError(error)) return error;
  const known = sentences.find(([kind]) => error.kind === kind);
  return new Refused(
    known?.[1] ?? 'FAILED',
    { key: known?.[2] ?? 'builds.backend_cluster_refused' },
    { raw: error.message, error },
  );
}

/** Runs calls to the cluster; their errors come out as the contract's. */
export async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusedByCluster(error);
  }
}

/** Whatever was thrown, as an Error. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
