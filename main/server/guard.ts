import type { IncomingHttpHeaders } from 'node:http';

/** Why a request gets no answer. `status` is HTTP's, `reason` goes to the log and picks the words. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 405 | 413 | 421 | 503;
  reason: 'host' | 'origin' | 'link' | 'session' | 'missing' | 'method' | 'body' | 'busy';
}

/**
 * Refuses a request that was not made for this server or comes from another web page.
 * `Host` stops DNS rebinding: a foreign name that points to 127.0.0.1 still sends its own name.
 * `Origin` stops other pages; a browser always sends it with a WebSocket (RFC 6455 part 10.2), so
 * that `socket` demands it. Programs with the key send none.
 */
export function refuseForeign(
  headers: IncomingHttpHeaders,
  port: number,
  kind: 'page' | 'socket' | 'program',
): Refusal | null {
  const host = headers.host ?? '';
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return { status: 421, reason: 'host' };
  const { origin } = headers;
  const own = origin === `http://${host}`;
  const fits = kind === 'socket' ? own : kind === 'program' ? origin === undefined : own || origin === undefined;
  return fits ? null : { status: 403, reason: 'origin' };
}

/** Refuses everything but plain reading: the page asks for nothing else over HTTP, and no body is ever read. */
export function refuseShape(method: string | undefined, headers: IncomingHttpHeaders): Refusal | null {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'method' };
  return refuseBody(headers);
}

/** Refuses a request with a body. */
export function refuseBody(headers: IncomingHttpHeaders): Refusal | null {
  const length = Number(headers['content-length'] ?? '0');
  return length > 0 || headers['transfer-encoding'] !== undefined ? { status: 413, reason: 'body' } : null;
}
