import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { PassThrough, type Readable } from 'node:stream';
import { RegistryError, type RegistryErrorKind } from './errors.ts';

/** Base URL by host name; a host that is not in the table is reached at `https://<host>`. */
export type Endpoints = Readonly<Record<string, string>>;

export interface HttpOptions {
  readonly endpoints?: Endpoints;
  /** Longest silence in milliseconds, while connecting and while waiting for more, before the connection counts as broken. */
  readonly silenceMs?: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable | Uint8Array | null;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated header the first value. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must be read or destroyed. Ends with a RegistryError when the connection breaks. */
  readonly body: Readable;
}

const maxRedirects = 5;
/** An upload's answer comes after its body, however long that takes. */
const uploadMs = 15 * 60_000;
const tlsCode = /^(?:CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|HOSTNAME_MISMATCH)/;

/**
 * HTTP for registries and downloads: proxies from the environment, redirects, typed errors. Hosts on this machine or
 * the private network are reached directly.
 */
export class Http {
  readonly #endpoints: Endpoints;
  readonly #direct: Agent;
  readonly #outward: EnvHttpProxyAgent;

  constructor(options: HttpOptions = {}) {
    this.#endpoints = options.endpoints ?? {};
    const silence = options.silenceMs ?? 60_000;
    const timeouts = { connect: { timeout: Math.min(silence, 15_000) }, headersTimeout: silence, bodyTimeout: silence };
    this.#direct = new Agent(timeouts);
    this.#outward = new EnvHttpProxyAgent(timeouts);
  }

  /**
   * Sends one request and follows redirects of GET and HEAD; the account is never sent to another host. Gives back
   * whatever the server answers. Throws RegistryError `unreachable`, `tls` or `other` (unsafe address), or the signal's reason.
   */
  async send(options: HttpRequest): Promise<HttpResponse> {
    const headers: Record<string, string> = { 'user-agent': 'kpack-desktop', ...options.headers };
    let url = new URL(options.url);
    for (let hop = 0; ; hop++) {
      const response = await this.#once(this.#reach(url), headers, options);
      const location = response.headers['location'];
      const redirected = response.status >= 301 && response.status <= 308 && location !== undefined;
      if (!redirected || (options.method !== 'GET' && options.method !== 'HEAD')) return response;
      response.body.destroy();
      if (hop === maxRedirects) throw new RegistryError('other', 'Too many redirects', { url: shown(url) });
      const next = new URL(location, url);
      if (next.origin !== url.origin) delete headers['authorization'];
      url = next;
    }
  }

  /** Closes all connections; what is under way fails. */
  async dispose(): Promise<void> {
    await Promise.all([this.#direct.destroy(), this.#outward.destroy()]);
  }

  async #once(url: URL, headers: Record<string, string>, options: HttpRequest): Promise<HttpResponse> {
    const upload = options.body !== undefined && options.body !== null;
    const settings: Omit<Dispatcher.RequestOptions, 'origin' | 'path'> & { dispatcher: Dispatcher } = {
      method: options.method,
      headers,
      body: options.body ?? null,
      dispatcher: isLocalHost(url.hostname) ? this.#direct : this.#outward,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(upload ? { headersTimeout: uploadMs } : {}),
    };
    try {
      const response = await request(url, settings);
      const body = withErrors(response.body, (error) => connectionError(error, url, options.signal));
      return { status: response.statusCode, headers: firstValues(response.headers), body };
    } catch (error) {
      throw connectionError(error, url, options.signal);
    }
  }

  /** The address to connect to: the endpoint table applied, plain http only where it cannot leave the private network. */
  #reach(url: URL): URL {
    const base = this.#endpoints[url.host];
    const target = base === undefined ? url : new URL(base.replace(/\/$/, '') + url.pathname + url.search);
    const safe = target.protocol === 'https:' || (target.protocol === 'http:' && isLocalHost(target.hostname));
    if (!safe)
      throw new RegistryError('other', `Refusing an unencrypted connection to ${target.host}`, { url: shown(target) });
    return target;
  }
}

/**
 * Hosts that plain http is used for: this machine and RFC 1918 addresses, the rule of go-containerregistry
 * (https://github.com/google/go-containerregistry/blob/main/pkg/name/registry.go), which kpack and the lifecycle share.
 */
export function isLocalHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  const parts = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(host);
  if (!parts) return false;
  const [first, second] = [Number(parts[1]), Number(parts[2])];
  return (
    first === 127 || first === 10 || (first === 192 && second === 168) || (first === 172 && second >= 16 && second < 32)
  );
}

/** The typed error for an answer that is no success; reads a little of its body for the server's own words. */
export async function answerError(response: HttpResponse, url: string): Promise<RegistryError> {
  const { status } = response;
  const words = await serverWords(response.body);
  const kind: RegistryErrorKind =
    status === 401 || status === 403
      ? 'unauthorized'
      : status === 404
        ? 'not-found'
        : status === 429
          ? 'rate-limited'
          : 'other';
  const host = URL.canParse(url) ? new URL(url).host : url;
  const message = `${host} answered ${status}${words === '' ? '' : `: ${words}`}`;
  return new RegistryError(kind, message, {
    status,
    url: withoutQuery(url),
    retryAfterMs: retryAfter(response.headers),
  });
}

/** Milliseconds of a Retry-After header (seconds or a date), null without one. */
export function retryAfter(headers: Readonly<Record<string, string>>, now = Date.now()): number | null {
  const value = headers['retry-after'];
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** Reads a body of at most `limit` bytes. Throws RegistryError `other` when it is longer. */
export async function readAll(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new RegistryError('other', `The answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function serverWords(body: Readable): Promise<string> {
  try {
    const text = (await readAll(body, 64 * 1024)).toString('utf8');
    const messages = [...text.matchAll(/"message"\s*:\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? '');
    const plain = text.trimStart().startsWith('<') ? '' : text.trim().slice(0, 200);
    return messages.length > 0 ? messages.join('; ') : plain;
  } catch {
    return '';
  }
}

function connectionError(error: unknown, url: URL, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (!(error instanceof Error)) return error;
  const code = codeOf(error);
  const ours = code === '' && !('errno' in error);
  if (ours) return error;
  const kind = tlsCode.test(code) ? 'tls' : 'unreachable';
  return new RegistryError(kind, `${url.host}: ${error.message === '' ? code : error.message}`, {
    url: shown(url),
    cause: error,
  });
}

/** The system's or undici's code of an error or of what caused it, empty for errors of our own. */
function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]);
  return error.cause instanceof Error ? codeOf(error.cause) : '';
}

function withErrors(source: Readable, map: (error: unknown) => unknown): Readable {
  const out = new PassThrough();
  source.once('error', (error) => {
    const mapped = map(error);
    out.destroy(mapped instanceof Error ? mapped : error);
  });
  out.once('close', () => source.destroy());
  // It may break before anybody reads. Whoever reads it then still gets the error.
  out.on('error', () => undefined);
  source.pipe(out);
  return out;
}

function firstValues(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value[0] : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>;
}

function shown(url: URL): string {
  return withoutQuery(url.href);
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/, '');
}
