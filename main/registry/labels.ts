import type { OciImage } from './oci.ts';

/** What an image's config says of it. */
export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  /** ISO time, null when absent. */
  readonly created: string | null;
  readonly diffIds: readonly string[];
}

/** Reads an image's config. Throws what reading the blob throws, and RegistryError `other` when it is no image config. */
export function readConfig(_image: OciImage, _signal?: AbortSignal): Promise<ImageConfig> {
  return Promise.reject(new Error('not yet'));
}

/** The stack id of a build or run image (`io.buildpacks.stack.id`), null when it has none. */
export function stackId(config: ImageConfig): string | null {
  return config.labels['io.buildpacks.stack.id'] ?? null;
}
