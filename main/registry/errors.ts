/**
 * What went wrong with an HTTP request to a registry or a download host.
 * - `unauthorized` 401, or 403 from a registry: wrong or missing account
 * - `not-found` 404: no such repository, tag, digest or file
 * - `rate-limited` 429: `retryAfterMs` says when to come back, where the server does
 * - `unreachable` no connection, or it broke: DNS, refused, reset, silence
 * - `checksum` the content is not what its digest, checksum or size says
 * - `tls` the server's certificate or protocol is not accepted
 * - `other` any other answer; `status` and `message` have it
 */
export type RegistryErrorKind =
  'unauthorized' | 'not-found' | 'rate-limited' | 'unreachable' | 'checksum' | 'tls' | 'other';

export interface RegistryErrorDetails {
  /** HTTP status, 0 when there was no answer. */
  readonly status?: number;
  /** Milliseconds the server asks to wait, null when it does not say. */
  readonly retryAfterMs?: number | null;
  /** Address of the request without query: queries can carry signatures. */
  readonly url?: string;
  readonly cause?: unknown;
}

export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly kind: RegistryErrorKind;
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly url: string;

  constructor(kind: RegistryErrorKind, message: string, details: RegistryErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status ?? 0;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.url = details.url ?? '';
  }

  /** Host (with port) of the request, empty when unknown. */
  get host(): string {
    return URL.canParse(this.url) ? new URL(this.url).host : '';
  }
}
