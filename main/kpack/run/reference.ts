import { formatReference, parseReference } from '../../registry/reference.ts';

/** The local registry: as the cluster knows it, and the port of 127.0.0.1 where this machine's engine finds it. */
export interface LocalRegistry {
  /** `172.30.255.10:5000` */
  readonly address: string;
  readonly hostPort: number;
}

/**
 * The name under which the engine of this machine can pull an image. The local registry has no name
 * outside the cluster's network, but engines take plain HTTP from 127.0.0.0/8 without being told to.
 * Source: https://docs.docker.com/reference/cli/dockerd/#insecure-registries
 */
export function engineReference(image: string, registry: LocalRegistry | null): string {
  if (!registry) return image;
  const reference = parseReference(image);
  if (reference.registry !== registry.address) return image;
  // By digest alone: the tag may have moved since.
  const tag = reference.digest === null ? reference.tag : null;
  return formatReference({ ...reference, registry: `127.0.0.1:${registry.hostPort}`, tag });
}
