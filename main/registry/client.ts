import type { Readable } from 'node:stream';
import type { Reference } from './reference.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface RegistryClientOptions {
  /** Host with port as in image references (`docker.io`, `172.30.20.10:5000`). */
  readonly registry: string;
  readonly credentials?: Credentials | null;
  /** Where the registry really listens, when that differs from its name (`http://127.0.0.1:5001`). */
  readonly baseUrl?: string;
}

/** A manifest as a registry gave it. */
export interface FetchedManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface Resolved extends FetchedManifest {
  /** Digest of the index the tag points at, null when it points at an image itself. */
  readonly indexDigest: string | null;
}

/** OCI distribution client for one registry. Every method throws RegistryError, or the signal's reason when aborted. */
export class RegistryClient {
  readonly registry: string;

  constructor(options: RegistryClientOptions) {
    this.registry = options.registry;
  }

  /** The image a reference names; of an index, the manifest for `platform` (`linux/amd64`). */
  resolve(_reference: Reference | string, _options?: { platform?: string; signal?: AbortSignal }): Promise<Resolved> {
    return Promise.reject(new Error('not yet'));
  }

  /** The manifest of a tag or digest, checked when it is a digest. */
  manifest(_repository: string, _reference: string, _signal?: AbortSignal): Promise<FetchedManifest> {
    return Promise.reject(new Error('not yet'));
  }

  /** A blob from byte `offset` on. `offset` of the answer is 0 where the server does not know ranges. Not verified. */
  blob(
    _repository: string,
    _digest: string,
    _options?: { offset?: number; signal?: AbortSignal },
  ): Promise<{ stream: Readable; offset: number; size: number | null }> {
    return Promise.reject(new Error('not yet'));
  }

  hasBlob(_repository: string, _digest: string, _signal?: AbortSignal): Promise<boolean> {
    return Promise.reject(new Error('not yet'));
  }

  /** Uploads a blob in one piece. The registry checks the digest. */
  uploadBlob(
    _repository: string,
    _digest: string,
    _size: number,
    _content: Readable,
    _signal?: AbortSignal,
  ): Promise<void> {
    return Promise.reject(new Error('not yet'));
  }

  /** Makes a blob of another repository of this registry known here; false when the registry does not want to. */
  mountBlob(_repository: string, _digest: string, _from: string, _signal?: AbortSignal): Promise<boolean> {
    return Promise.reject(new Error('not yet'));
  }

  /** Stores a manifest under a tag or its digest; gives back its digest. */
  putManifest(
    _repository: string,
    _reference: string,
    _bytes: Uint8Array,
    _mediaType: string,
    _signal?: AbortSignal,
  ): Promise<string> {
    return Promise.reject(new Error('not yet'));
  }

  /** All tags of a repository, empty when it does not exist. */
  tags(_repository: string, _signal?: AbortSignal): Promise<readonly string[]> {
    return Promise.reject(new Error('not yet'));
  }

  deleteManifest(_repository: string, _digest: string, _signal?: AbortSignal): Promise<void> {
    return Promise.reject(new Error('not yet'));
  }

  /** The registry answers, and takes our account. */
  ping(_signal?: AbortSignal): Promise<void> {
    return Promise.reject(new Error('not yet'));
  }

  /** An image in this registry; its blobs are streamed from it and verified. */
  image(
    _reference: Reference | string,
    _options?: { platform?: string; signal?: AbortSignal },
  ): Promise<import('./oci.ts').OciImage> {
    return Promise.reject(new Error('not yet'));
  }

  /** Closes the connections. */
  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
