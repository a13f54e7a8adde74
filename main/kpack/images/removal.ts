import type { BuildRecords } from '../../storage/build-records.ts';
import type { BuildFact } from '../facts/build.ts';
import type { Image } from '../types.ts';

/**
 * What goes with an image and what stays: its builds and its cache go; tags stay in the registry, and
 * the records and logs of its builds stay here.
 */
export function removalOf(
  image: Image,
  builds: readonly BuildFact[],
  records: BuildRecords,
): { builds: number; logs: number; tags: string[]; cache: string } {
  const recorded = records.forImage(image.metadata.namespace ?? '', image.metadata.name);
  const succeeded = recorded.filter((row) => row.state === 'succeeded');
  const tags = succeeded.flatMap((row) => records.get(row.uid)?.detail.tags ?? []);
  return {
    builds: builds.length,
    logs: recorded.length,
    tags: [...new Set(tags)],
    cache: image.spec.cache?.volume?.size ?? '',
  };
}
