import { request } from 'undici';
import { errorFromAnswer, errorFromFailure } from './errors.ts';
import { authorization, type Transport } from './transport.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request to the API server. */
export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, already escaped: `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole call. */
  readonly timeoutMs?: number;
}

/** An answer that is read as it comes. Leaving the loop over `body` ends its connection. */
export interface StreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

/** Sends one request and reads the whole answer. Errors: KubernetesError, or the signal's AbortError. */
export async function call(transport: Transport, options: Call): Promise<Buffer> {
  const { access, calls } = transport;
  const signal = options.timeoutMs === undefined ? options.signal : timed(options.timeoutMs, options.signal);
  try {
    const answer = await request(target(access.server, options), {
      dispatcher: calls,
      method: options.method ?? 'GET',
      signal: signal ?? null,
      headers: {
        accept: options.accept ?? 'application/json',
        ...(options.body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
        ...authorization(access),
      },
      body: options.body === undefined ? null : JSON.stringify(options.body),
    });
    const body = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode >= 400)
      throw errorFromAnswer(answer.statusCode, body.toString('utf8'), one(answer.headers['retry-after']));
    return body;
  } catch (error) {
    throw failure(error, options.signal, access.server);
  }
}

/** Opens a path for reading as it comes, without any limit of time. Errors as for `call`, also while reading. */
export async function stream(transport: Transport, options: Call & { signal: AbortSignal }): Promise<StreamAnswer> {
  const { access, streams } = transport;
  try {
    const answer = await request(target(access.server, options), {
      dispatcher: streams,
      signal: options.signal,
      headers: { accept: options.accept ?? '*/*', ...authorization(access) },
    });
    if (answer.statusCode >= 400) {
      const body = Buffer.from(await answer.body.arrayBuffer());
      throw errorFromAnswer(answer.statusCode, body.toString('utf8'), one(answer.headers['retry-after']));
    }
    const body = chunks(answer.body, options.signal, access.server);
    return { status: answer.statusCode, headers: answer.headers, body };
  } catch (error) {
    throw failure(error, options.signal, access.server);
  }
}

async function* chunks(
  body: AsyncIterable<unknown>,
  signal: AbortSignal,
  server: string,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of body) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    throw failure(error, signal, server);
  }
}

function timed(milliseconds: number, signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(milliseconds);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

/** The caller's own abort stays what it is; everything else is an unreachable server. */
function failure(error: unknown, signal: AbortSignal | undefined, server: string): unknown {
  return signal?.aborted ? signal.reason : errorFromFailure(error, server);
}

function target(server: string, options: Call): string {
  const entries = Object.entries(options.query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const query = new URLSearchParams(entries).toString();
  return `${server}${options.path}${query === '' ? '' : `?${query}`}`;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
