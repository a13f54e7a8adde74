import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { Agent, fetch } from 'undici';

/** No list of references is this long; an answer that is must not fill the memory. */
const maxBytes = 64 * 1024 * 1024;

/**
 * HTTP for isomorphic-git that ends with a signal. Where the first request is redirected, the second
 * goes to the new place as well: a redirected POST would arrive as a GET (git does the same, see
 * http.followRedirects in https://git-scm.com/docs/git-config).
 */
export function openGitHttp(signal: AbortSignal): HttpClient & { close(): Promise<void> } {
  const dispatcher = new Agent({ connect: { timeout: 10_000 } });
  let moved: { from: string; to: string } | null = null;

  async function request({ url, method = 'GET', headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> {
    const address = moved && url.startsWith(moved.from) ? moved.to + url.slice(moved.from.length) : url;
    const answer = await fetch(address, {
      method,
      headers: { ...headers, 'user-agent': 'git/kpack-desktop' },
      body: body === undefined ? undefined : await collect(body),
      dispatcher,
      signal,
    });
    if (answer.redirected) moved = movedBase(url, answer.url) ?? moved;
    return {
      url: answer.url,
      method,
      headers: Object.fromEntries(answer.headers),
      statusCode: answer.status,
      statusMessage: answer.statusText,
      body: read(answer.body),
    };
  }
  return { request, close: () => dispatcher.destroy() };
}

const discovery = /\/info\/refs\?service=[\w-]+$/;

function movedBase(from: string, to: string): { from: string; to: string } | null {
  return discovery.test(from) && discovery.test(to)
    ? { from: from.replace(discovery, ''), to: to.replace(discovery, '') }
    : null;
}

async function* read(body: AsyncIterable<Uint8Array> | null): AsyncIterableIterator<Uint8Array> {
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.length;
    if (size > maxBytes) throw new Error(`more than ${String(maxBytes)} bytes of references`);
    yield piece;
  }
}

/** The library hands over an async iterator or a plain list. */
async function collect(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}
