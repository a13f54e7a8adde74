import { formatReference, parseReference } from '../../registry/reference.ts';

/** The local registry by its two names. */
export interface LocalRegistry {
  /** As the cluster knows it: `172.30.255.10:5000`. */
  readonly cluster: string;
  /** As this machine finds it: `127.0.0.1:PORT`; null when it is not published. */
  readonly host: string | null;
}

/**
 * The name under which the engine of this machine can pull an image. The local registry has no name
 * outside the cluster's network, but engines take plain HTTP from 127.0.0.0/8 without being told to.
 * Source: https://docs.docker.com/reference/cli/dockerd/#insecure-registries
 */
export function engineReference(image: string, registry: LocalRegistry | null): string {
  if (!registry || registry.host === null) return image;
  const reference = parseReference(image);
  if (reference.registry !== registry.cluster) return image;
  // By digest alone: the tag may have moved since.
  const tag = reference.digest === null ? reference.tag : null;
  return formatReference({ ...reference, registry: registry.host, tag });
}
