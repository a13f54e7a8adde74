import { error, type Problem, text, useValue } from './problems.ts';

const maxLength = 63;

/**
 * Whether a name can be an Image's. Kubernetes wants lower case, kpack a label value of at most 63
 * characters, since it labels builds and pods with it.
 * Source: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/apis/build/v1alpha2/image_validation.go
 */
export function checkName(name: string, taken: readonly string[]): Problem[] {
  if (name === '') return [error('name', text('images.backend_name_missing'))];
  if (/\p{Lu}/u.test(name)) return [error('name', text('images.backend_name_capitals'), proposals(name))];
  if (name.length > maxLength) {
    return [error('name', text('images.backend_name_long', { length: name.length, max: maxLength }), proposals(name))];
  }
  if (!/^[a-z0-9-]+$/.test(name)) return [error('name', text('images.backend_name_characters'), proposals(name))];
  if (!/^[a-z0-9].*[a-z0-9]$|^[a-z0-9]$/.test(name))
    return [error('name', text('images.backend_name_ends'), proposals(name))];
  if (taken.includes(name))
    return [error('name', text('images.backend_name_taken', { name }), [useValue('name', free(name, taken))])];
  return [];
}

/** The nearest legal name; empty when nothing is left of it. */
export function legalName(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replaceAll(/^-+|-+$/g, '');
}

function proposals(name: string) {
  const legal = legalName(name);
  return legal === '' ? [] : [useValue('name', legal)];
}

function free(name: string, taken: readonly string[]): string {
  for (let count = 2; ; count += 1) {
    const ending = `-${String(count)}`;
    const next = `${name.slice(0, maxLength - ending.length).replace(/-+$/, '')}${ending}`;
    if (!taken.includes(next)) return next;
  }
}
