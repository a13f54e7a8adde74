import type { Status, StatusDetails } from './types.ts';

/**
 * What a refusal comes to.
 * - `unreachable`: no answer at all (name, route, port, TLS, broken connection)
 * - `unauthorized`: credentials not accepted (401)
 * - `forbidden`: no permission (403), not from a webhook
 * - `denied-by-webhook`: an admission webhook read the object and refused it
 * - `webhook-unavailable`: an admission webhook does not answer, so nothing can be written
 * - `absent`: the kind is not known here (404 without a named object): its CRD is not installed
 * - `not-found`, `already-exists`, `conflict`, `invalid`, `expired`, `throttled`, `unavailable`: the API's own words
 */
export type KubernetesErrorKind =
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'denied-by-webhook'
  | 'webhook-unavailable'
  | 'absent'
  | 'not-found'
  | 'already-exists'
  | 'conflict'
  | 'invalid'
  | 'expired'
  | 'throttled'
  | 'unavailable'
  | 'other';

/** A request that was refused, or that never got an answer (`status` 0). */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  readonly kind: KubernetesErrorKind;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** Kubernetes' word (`NotFound`, `Invalid`…) or the socket's code (`ECONNREFUSED`). */
  readonly reason: string;
  readonly details: StatusDetails;
  /** The answer as it came, at most 64 KiB. */
  readonly body: string;
  /** What the server asked to wait, milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(fields: {
    kind: KubernetesErrorKind;
    status: number;
    reason: string;
    message: string;
    details?: StatusDetails;
    body?: string;
    retryAfterMs?: number | null;
    cause?: unknown;
  }) {
    super(fields.message, { cause: fields.cause });
    this.kind = fields.kind;
    this.status = fields.status;
    this.reason = fields.reason;
    this.details = fields.details ?? {};
    this.body = fields.body ?? '';
    this.retryAfterMs = fields.retryAfterMs ?? null;
  }
}

/** Whether an unknown error is a KubernetesError, of one of the given kinds if any are given. */
export function isKubernetesError(error: unknown, ...wanted: KubernetesErrorKind[]): error is KubernetesError {
  return error instanceof KubernetesError && (wanted.length === 0 || wanted.includes(error.kind));
}

/** The error for an answer with a status of 400 or more. `retryAfter` is the header's value in seconds. */
export function errorFromAnswer(status: number, body: string, retryAfter?: string): KubernetesError {
  const parsed = parseStatus(body);
  const details = parsed?.details ?? {};
  const seconds = Number(retryAfter ?? details.retryAfterSeconds ?? Number.NaN);
  return new KubernetesError({
    kind: kindOf(status, parsed),
    status,
    reason: parsed?.reason ?? '',
    message: parsed?.message ?? (body.trim().slice(0, 1000) || `HTTP ${status}`),
    details,
    body: body.slice(0, 65_536),
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
  });
}

/** The error for a Status object that came as an event of a watch. */
export function errorFromStatus(status: Status): KubernetesError {
  return errorFromAnswer(status.code ?? 500, JSON.stringify(status));
}

/** The error for a request that got no answer. Aborts are passed on as they are. */
export function errorFromFailure(error: unknown, server: string): unknown {
  if (error instanceof KubernetesError) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  return new KubernetesError({
    kind: 'unreachable',
    status: 0,
    reason: code,
    message: `${server}: ${message || code}`,
    cause: error,
  });
}

function parseStatus(body: string): Status | null {
  try {
    const value: unknown = JSON.parse(body);
    return isStatus(value) ? value : null;
  } catch {
    return null;
  }
}

function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status';
}

function kindOf(status: number, parsed: Status | null): KubernetesErrorKind {
  const message = parsed?.message ?? '';
  // Source of the two sentences: https://github.com/kubernetes/apiserver/blob/v0.34.0/pkg/admission/plugin/webhook/errors/statuserror.go
  if (/admission webhook ".*" denied the request/.test(message)) return 'denied-by-webhook';
  if (message.includes('failed calling webhook')) return 'webhook-unavailable';
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      // A missing object comes with its name; an unknown path is a plain "404 page not found".
      return parsed?.details?.name ? 'not-found' : 'absent';
    case 409:
      return parsed?.reason === 'AlreadyExists' ? 'already-exists' : 'conflict';
    case 410:
      return 'expired';
    case 422:
      return 'invalid';
    case 429:
      return 'throttled';
    case 502:
    case 503:
    case 504:
      return 'unavailable';
    default:
      return 'other';
  }
}
