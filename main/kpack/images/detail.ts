import type { ImageDetail } from '../../../preload/contract/images.ts';
import type { Verdict } from '../../../preload/contract/text.ts';
import { kpCommand } from '../check/resource.ts';
import { readableYaml } from '../builds/detail.ts';
import { explainWait } from '../explain/waiting.ts';
import { lookAgain, verdictOf } from '../explain/verdicts.ts';
import type { Image } from '../types.ts';
import { imageRow, openBuild, type RowParts } from './row.ts';

/** Everything about one image. `failure` is the whole verdict on its newest build, when that failed. */
export function imageDetail(image: Image, parts: RowParts, failure: Verdict | null): ImageDetail {
  const row = imageRow(parts);
  const { spec } = image;
  const env = (spec.build?.env ?? []).map(({ name, value = '' }) => ({ name, value }));
  return {
    row,
    verdict: verdictOn(parts, row.health, failure),
    serviceAccount: spec.serviceAccountName ?? 'default',
    additionalTags: spec.additionalTags ?? [],
    env,
    cache: spec.cache?.volume?.size ?? '',
    polling: parts.source?.polling ?? null,
    yaml: readableYaml(withoutStatus(image)),
    command: kpCommand({
      namespace: row.namespace,
      name: row.name,
      tag: row.tag,
      gitUrl: row.source.url,
      revision: row.source.revision,
      subPath: row.source.subPath,
      builder: row.builder,
      env,
    }),
  };
}

function verdictOn(parts: RowParts, health: ImageDetail['row']['health'], failure: Verdict | null): Verdict | null {
  const target = { namespace: parts.image.namespace, image: parts.image.name };
  switch (health) {
    case 'failed':
      return failure;
    case 'waiting':
      return explainWait({ ...parts, build: openBuild(parts.builds) });
    case 'stalled': {
      const { cause } = imageRow(parts);
      return cause
        ? verdictOf({ headline: cause, fixes: [lookAgain(target)], raw: parts.source?.ready?.message ?? '' })
        : null;
    }
    case 'ready':
    case 'building':
    case 'unknown':
      return null;
  }
}

/** What a person wrote or could write: the status is shown elsewhere. */
function withoutStatus(image: Image): object {
  const { apiVersion, kind, metadata, spec } = image;
  const { name, namespace, labels, annotations } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec };
}
