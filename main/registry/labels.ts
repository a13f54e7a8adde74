import { z } from 'zod';
import { parseJson } from './answers.ts';
import { readAll } from './http.ts';
import type { OciImage } from './oci.ts';

/** What an image's config says of it (https://github.com/opencontainers/image-spec/blob/main/config.md). */
export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  /** ISO time, null when absent. */
  readonly created: string | null;
  readonly diffIds: readonly string[];
}

const configSchema = z.looseObject({
  os: z.string(),
  architecture: z.string(),
  created: z.string().nullish(),
  config: z
    .looseObject({ Labels: z.record(z.string(), z.string()).nullish(), Env: z.array(z.string()).nullish() })
    .nullish(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()).nullish() }),
});
/** Labels of buildpackages and builders list every layer of every buildpack: some hundred kilobytes are usual. */
const maxConfig = 32 * 1024 * 1024;

/** Reads an image's config. Throws what reading the blob throws, and RegistryError `other` when it is no image config. */
export async function readConfig(image: OciImage, signal?: AbortSignal): Promise<ImageConfig> {
  const bytes = await readAll(await image.blob(image.manifest.config.digest, signal), maxConfig);
  const config = parseJson(configSchema, bytes, `the config of ${image.name}`);
  return {
    os: config.os,
    architecture: config.architecture,
    labels: config.config?.Labels ?? {},
    env: config.config?.Env ?? [],
    created: config.created ?? null,
    diffIds: config.rootfs.diff_ids ?? [],
  };
}

/** The stack id of a build or run image (label `io.buildpacks.stack.id`), null when it has none. */
export function stackId(config: ImageConfig): string | null {
  return config.labels['io.buildpacks.stack.id'] ?? null;
}
