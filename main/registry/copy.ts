import type { RegistryClient } from './client.ts';
import type { OciImage, OnProgress } from './oci.ts';

export interface CopyTarget {
  readonly client: RegistryClient;
  readonly repository: string;
  /** Tag to put on the image; null stores it under its digest only. */
  readonly tag: string | null;
  /**
   * Which repository of the target holds which blob (digest to repository). Share one map between copies: a layer that
   * an earlier image brought is then mounted instead of uploaded again.
   */
  readonly known?: Map<string, string>;
}

export interface CopyOptions {
  /** Bytes of this image that are in the target, of all its bytes. */
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Copies an image without changing a byte; gives back its digest. Blobs that are there already are not sent again. */
export function copyImage(_from: OciImage, _to: CopyTarget, _options?: CopyOptions): Promise<string> {
  return Promise.reject(new Error('not yet'));
}

/** The target already has the image with this digest under this tag: nothing to copy. */
export function hasImage(_from: OciImage, _to: CopyTarget, _signal?: AbortSignal): Promise<boolean> {
  return Promise.reject(new Error('not yet'));
}
