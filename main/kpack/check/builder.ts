import type { ImageDraft } from '../../../preload/contract/images.ts';
import { builderError, type BuilderFact } from '../facts/builder.ts';
import { error, type Problem, text, useValue, warning } from './problems.ts';

/** The builder of a name that an image of the namespace can use: a Builder serves its own namespace only. */
export function findBuilder(
  builders: readonly BuilderFact[],
  wanted: { kind: string; name: string },
  namespace: string,
): BuilderFact | null {
  const fits = (each: BuilderFact) => each.kind === wanted.kind && each.name === wanted.name;
  return (
    builders.find((each) => fits(each) && (each.kind === 'ClusterBuilder' || each.namespace === namespace)) ?? null
  );
}

/** Whether the builder exists and can build. `builders` is null while they are not known. */
export function checkBuilder(
  draft: Pick<ImageDraft, 'builder' | 'namespace'>,
  builders: readonly BuilderFact[] | null,
): Problem[] {
  const { name } = draft.builder;
  if (name === '') return [error('builder', text('images.backend_builder_missing'))];
  if (builders === null) return [];
  const found = findBuilder(builders, draft.builder, draft.namespace);
  if (!found) {
    const other = builders.find(
      (each) =>
        each.ready && each.kind === draft.builder.kind && (each.namespace === '' || each.namespace === draft.namespace),
    );
    return [
      error(
        'builder',
        text('images.backend_builder_unknown', { name }),
        other ? [useValue('builder', other.name)] : [],
      ),
    ];
  }
  if (found.ready) return [];
  const words = builderError(found);
  return [
    warning(
      'builder',
      words === ''
        ? text('images.backend_builder_not_ready', { name })
        : text('images.backend_builder_not_ready_because', { name, words }),
    ),
  ];
}
