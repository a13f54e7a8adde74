import type { Readable } from 'node:stream';
import { z } from 'zod';
import { mediaTypeOf, parseJson, pull, push, rangeOf, registryUrl } from './answers.ts';
import { Authorizer, type Credentials } from './auth.ts';
import { RegistryError } from './errors.ts';
import { answerError, Http, readAll, type HttpRequest, type HttpResponse } from './http.ts';
import { childFor, indexSchema, isIndex, mediaTypes } from './oci.ts';
import { parseReference, type Reference } from './reference.ts';
import { digestOf } from './verify.ts';

export type { Credentials } from './auth.ts';

export interface RegistryClientOptions {
  /** Host with port as in image references (`docker.io`, `172.30.20.10:5000`). */
  readonly registry: string;
  readonly credentials?: Credentials | null;
  /** Where the registry really listens, when that differs from its name (`http://127.0.0.1:5001`). */
  readonly baseUrl?: string;
  /** Shared connections; without it the client makes its own and closes them in `dispose`. */
  readonly http?: Http;
}

/** A manifest as a registry gave it; `digest` is the sha256 of `bytes`. */
export interface FetchedManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface Resolved extends FetchedManifest {
  /** Digest of the index the reference points at, null when it points at an image itself. */
  readonly indexDigest: string | null;
}

interface Call extends Omit<HttpRequest, 'url'> {
  /** Path below `/v2/`, or a whole address on the registry. */
  readonly path: string;
  readonly scope: string;
}

const maxManifest = 4 * 1024 * 1024;
const accept = Object.values(mediaTypes).join(', ');
const tagsAnswer = z.object({ tags: z.array(z.string()).nullish() });

/**
 * Client of one registry (https://github.com/opencontainers/distribution-spec/blob/main/spec.md). Every method throws
 * RegistryError, or the signal's reason when aborted. Nothing is tried twice, except that an account is presented when
 * the registry asks for it.
 */
export class RegistryClient {
  readonly registry: string;
  readonly #base: string;
  readonly #http: Http;
  readonly #ownsHttp: boolean;
  readonly #auth: Authorizer;

  constructor(options: RegistryClientOptions) {
    this.registry = options.registry;
    this.#base = (options.baseUrl ?? registryUrl(options.registry)).replace(/\/$/, '');
    this.#ownsHttp = options.http === undefined;
    this.#http = options.http ?? new Http();
    this.#auth = new Authorizer(this.#http, options.credentials ?? null);
  }

  /**
   * The image a reference names; of an index, the manifest for `platform` (default `linux/amd64`). Throws `not-found`
   * when the index has no image for the platform.
   */
  async resolve(
    reference: Reference | string,
    options: { readonly platform?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Resolved> {
    const { repository, tag, digest } = typeof reference === 'string' ? parseReference(reference) : reference;
    const top = await this.manifest(repository, digest ?? tag ?? 'latest', options.signal);
    if (!isIndex(top.mediaType)) return { ...top, indexDigest: null };
    const platform = options.platform ?? 'linux/amd64';
    const child = childFor(parseJson(indexSchema, top.bytes, repository), platform);
    if (child === null)
      throw new RegistryError('not-found', `${this.registry}/${repository} has no image for ${platform}`);
    return { ...(await this.manifest(repository, child.digest, options.signal)), indexDigest: top.digest };
  }

  /** The manifest of a tag or digest. Throws `checksum` when its bytes are not what the digest says. */
  async manifest(repository: string, reference: string, signal?: AbortSignal): Promise<FetchedManifest> {
    const path = `${repository}/manifests/${reference}`;
    const response = await this.#call(
      { method: 'GET', path, headers: { accept }, scope: pull(repository), signal },
      [200],
    );
    const bytes = await readAll(response.body, maxManifest);
    const digest = digestOf(bytes);
    const expected = reference.startsWith('sha256:') ? reference : response.headers['docker-content-digest'];
    if (expected?.startsWith('sha256:') === true && expected !== digest) {
      throw new RegistryError(
        'checksum',
        `The manifest of ${this.registry}/${repository} is ${digest}, not ${expected}`,
        {
          url: this.#url(path),
        },
      );
    }
    return { digest, mediaType: mediaTypeOf(bytes, response.headers['content-type']), size: bytes.length, bytes };
  }

  /** The manifest with this digest or tag exists; gives back its digest, null when it does not. */
  async manifestDigest(repository: string, reference: string, signal?: AbortSignal): Promise<string | null> {
    const path = `${repository}/manifests/${reference}`;
    const call: Call = { method: 'HEAD', path, headers: { accept }, scope: pull(repository), signal };
    const response = await this.#call(call, [200, 404]);
    response.body.destroy();
    return response.status === 200 ? (response.headers['docker-content-digest'] ?? null) : null;
  }

  /**
   * A blob from byte `offset` on, not verified. In the answer `offset` is where the stream begins (0 when the server
   * ignores ranges) and `size` the whole blob's bytes, null when the server does not say.
   */
  async blob(
    repository: string,
    digest: string,
    options: { readonly offset?: number; readonly signal?: AbortSignal } = {},
  ): Promise<{ readonly stream: Readable; readonly offset: number; readonly size: number | null }> {
    const offset = options.offset ?? 0;
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const path = `${repository}/blobs/${digest}`;
    const call: Call = { method: 'GET', path, headers, scope: pull(repository), signal: options.signal };
    return rangeOf(await this.#call(call, [200, 206]));
  }

  async hasBlob(repository: string, digest: string, signal?: AbortSignal): Promise<boolean> {
    const path = `${repository}/blobs/${digest}`;
    const response = await this.#call({ method: 'HEAD', path, scope: pull(repository), signal }, [200, 404]);
    response.body.destroy();
    return response.status === 200;
  }

  /** Uploads a blob in one piece; the registry checks the digest. An error of `content` is thrown as it is. */
  async uploadBlob(
    repository: string,
    digest: string,
    size: number,
    content: Readable,
    signal?: AbortSignal,
  ): Promise<void> {
    let failure: unknown = null;
    content.once('error', (error) => {
      failure = error;
    });
    try {
      const scope = push(repository);
      const begun = await this.#call({ method: 'POST', path: `${repository}/blobs/uploads/`, scope, signal }, [202]);
      begun.body.destroy();
      const target = new URL(this.#location(begun));
      target.searchParams.set('digest', digest);
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
      const done = await this.#call(
        { method: 'PUT', path: target.href, headers, body: content, scope, signal },
        [201, 204],
      );
      done.body.destroy();
    } catch (error) {
      throw failure ?? error;
    } finally {
      content.destroy();
    }
  }

  /** Makes a blob of another repository of this registry known here; false when the registry does not want to. */
  async mountBlob(repository: string, digest: string, from: string, signal?: AbortSignal): Promise<boolean> {
    const path = `${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`;
    const scope = `${push(repository)} ${pull(from)}`;
    const response = await this.#call({ method: 'POST', path, scope, signal }, [201, 202]);
    response.body.destroy();
    if (response.status === 201) return true;
    const cancelled = await this.#call({ method: 'DELETE', path: this.#location(response), scope, signal }, null);
    cancelled.body.destroy();
    return false;
  }

  /** Stores a manifest under a tag or its digest; gives back its digest. */
  async putManifest(
    repository: string,
    reference: string,
    bytes: Uint8Array,
    mediaType: string,
    signal?: AbortSignal,
  ): Promise<string> {
    const path = `${repository}/manifests/${reference}`;
    const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
    const response = await this.#call(
      { method: 'PUT', path, headers, body: bytes, scope: push(repository), signal },
      [201],
    );
    response.body.destroy();
    const digest = digestOf(bytes);
    const stored = response.headers['docker-content-digest'];
    if (stored?.startsWith('sha256:') === true && stored !== digest) {
      throw new RegistryError('checksum', `${this.registry} stored ${stored}, not ${digest}`, { url: this.#url(path) });
    }
    return digest;
  }

  /** All tags of a repository, empty when there is no such repository. */
  async tags(repository: string, signal?: AbortSignal): Promise<readonly string[]> {
    const tags: string[] = [];
    let path: string | null = `${repository}/tags/list?n=1000`;
    while (path !== null) {
      const response: HttpResponse = await this.#call(
        { method: 'GET', path, scope: pull(repository), signal },
        [200, 404],
      );
      const body = await readAll(response.body, 64 * 1024 * 1024);
      if (response.status === 404) return tags;
      tags.push(...(parseJson(tagsAnswer, body, repository).tags ?? []));
      const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers['link'] ?? '')?.[1];
      path = next === undefined ? null : new URL(next, this.#url(path)).href;
    }
    return tags;
  }

  /** Deletes a manifest by its digest. Throws `other` with status 405 where the registry forbids deleting. */
  async deleteManifest(repository: string, digest: string, signal?: AbortSignal): Promise<void> {
    const path = `${repository}/manifests/${digest}`;
    const scope = `repository:${repository}:delete,pull`;
    (await this.#call({ method: 'DELETE', path, scope, signal }, [202])).body.destroy();
  }

  /** The registry answers, and takes our account. */
  async ping(signal?: AbortSignal): Promise<void> {
    (await this.#call({ method: 'GET', path: '', scope: '', signal }, [200])).body.destroy();
  }

  /** Closes the connections that the client made itself. */
  async dispose(): Promise<void> {
    if (this.#ownsHttp) await this.#http.dispose();
  }

  /** Sends a request, with the account when asked for. Throws for every status that is not among `good` (null: any is). */
  async #call(call: Call, good: readonly number[] | null): Promise<HttpResponse> {
    const url = this.#url(call.path);
    for (;;) {
      const home = url.startsWith(`${this.#base}/`);
      const authorization = home ? this.#auth.header(call.scope) : null;
      const headers = { ...call.headers, ...(authorization === null ? {} : { authorization }) };
      const response = await this.#http.send({ ...call, url, headers });
      if (good === null || good.includes(response.status)) return response;
      const challenge = response.headers['www-authenticate'];
      const streamed = call.body !== undefined && call.body !== null && !(call.body instanceof Uint8Array);
      if (response.status === 401 && challenge !== undefined && home && !streamed) {
        if (await this.#auth.answer(challenge, call.scope, call.signal)) {
          response.body.destroy();
          continue;
        }
      }
      throw await answerError(response, url);
    }
  }

  #url(path: string): string {
    return /^https?:\/\//.test(path) ? path : `${this.#base}/v2/${path}`;
  }

  /** Where an upload goes on. Behind the name it was asked by: registries may answer with one we cannot reach. */
  #location(response: HttpResponse): string {
    const location = response.headers['location'];
    if (location === undefined) throw new RegistryError('other', `${this.registry} did not say where to upload to`);
    const url = new URL(location, `${this.#base}/`);
    return url.host === this.registry ? `${this.#base}${url.pathname}${url.search}` : url.href;
  }
}
