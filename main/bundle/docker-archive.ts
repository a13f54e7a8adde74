import type { Readable } from 'node:stream';
import type { OciImage } from '../registry/oci.ts';

/** A tar stream for `docker load`, and its exact size in bytes. */
export interface DockerArchive {
  readonly stream: Readable;
  readonly size: number;
}

/** The image as an archive that old (20.10) and new engines load under `tag` (default: the image's name without digest). */
export function dockerArchive(_image: OciImage, _options?: { tag?: string; signal?: AbortSignal }): DockerArchive {
  throw new Error('not yet');
}
