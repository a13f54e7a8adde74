import type { Readable } from 'node:stream';
import { z } from 'zod';
import { RegistryError } from './errors.ts';
import { isLocalHost, type HttpResponse } from './http.ts';
import { mediaTypes } from './oci.ts';

/** Where a registry's API is (Docker Hub's is not at docker.io), with plain http only for local ones. */
export function registryUrl(registry: string): string {
  if (registry === 'docker.io') return 'https://registry-1.docker.io';
  return `${isLocalHost(registry.replace(/:\d+$/, '')) ? 'http' : 'https'}://${registry}`;
}

/** Where the body of a (partial) answer begins, and the size of the whole. */
export function rangeOf(response: HttpResponse): { stream: Readable; offset: number; size: number | null } {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '');
  if (response.status === 206 && range) {
    return { stream: response.body, offset: Number(range[1]), size: range[2] === '*' ? null : Number(range[2]) };
  }
  const length = response.headers['content-length'];
  return { stream: response.body, offset: 0, size: length === undefined ? null : Number(length) };
}

export function pull(repository: string): string {
  return `repository:${repository}:pull`;
}

export function push(repository: string): string {
  return `repository:${repository}:pull,push`;
}

export function parseJson<Shape>(schema: z.ZodType<Shape>, bytes: Uint8Array, what: string): Shape {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw new RegistryError('other', `The answer about ${what} is not understood`, { cause: error });
  }
}

/** The manifest's own word first: some registries answer with a general content type. */
export function mediaTypeOf(bytes: Uint8Array, contentType: string | undefined): string {
  const own = parseJson(z.looseObject({ mediaType: z.string().optional() }), bytes, 'a manifest').mediaType;
  return own ?? contentType?.split(';')[0]?.trim() ?? mediaTypes.ociManifest;
}
