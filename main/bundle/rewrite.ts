import { isScalar, parseAllDocuments, visit } from 'yaml';
import { formatReference, parseReference, referenceProblem, type Reference } from '../registry/reference.ts';
import { BundleError } from './errors.ts';
import type { Source } from './source.ts';

export interface RewrittenImage {
  /** As written in the YAML. */
  readonly from: string;
  /** `<localRegistry>/<repository>@<digest>`. */
  readonly to: string;
  readonly digest: string;
}

/** An image reference in a YAML text. */
export interface FoundReference {
  readonly text: string;
  readonly reference: Reference;
  /** Where the scalar stands in the text. */
  readonly start: number;
  readonly end: number;
}

/** Where an image of a source lies after it was copied: `<localRegistry>/<repository>@<digest>`. Throws InvalidReference. */
export function localReference(localRegistry: string, name: string, digest: string): string {
  return `${localRegistry}/${localTarget(name).repository}@${digest}`;
}

/**
 * The repository and tag under which an image of a source is stored in the local registry. Images that are named by
 * digest only get a tag made of it: registries show and keep what has a tag. Throws InvalidReference.
 */
export function localTarget(name: string): { readonly repository: string; readonly tag: string } {
  const { repository, tag, digest } = parseReference(name);
  const made = digest === null ? 'latest' : `digest-${digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
  return { repository, tag: tag ?? made };
}

/**
 * Every value of a YAML text that is an image reference with registry and with tag or digest. (`kpack.io/v1alpha2` is
 * none: neither tag nor digest.) Throws BundleError `invalid`.
 */
export function findReferences(yaml: string): readonly FoundReference[] {
  const found: FoundReference[] = [];
  for (const document of parseAllDocuments(yaml, { logLevel: 'silent' })) {
    const problem = document.errors[0];
    if (problem !== undefined) throw new BundleError('invalid', 'YAML', problem.message, { cause: problem });
    visit(document, {
      Scalar: (key, node) => {
        if (key === 'key' || !isScalar(node) || typeof node.value !== 'string' || !node.range) return;
        const reference = imageIn(node.value);
        if (reference !== null) found.push({ text: node.value, reference, start: node.range[0], end: node.range[1] });
      },
    });
  }
  return found;
}

/**
 * Points every image reference of a YAML text that the source has at the local registry; all else stays byte for byte.
 * A reference to a multi-platform index becomes the digest of the image that was copied. `missing` are references that
 * the source does not have; they stay as they are. Throws BundleError, RegistryError (internet), or the signal's reason.
 */
export async function rewriteImages(
  yaml: string,
  source: Source,
  localRegistry: string,
  signal: AbortSignal,
): Promise<{ readonly yaml: string; readonly images: readonly RewrittenImage[]; readonly missing: readonly string[] }> {
  const images = new Map<string, RewrittenImage>();
  const missing = new Set<string>();
  const parts: string[] = [];
  let copied = 0;
  for (const found of findReferences(yaml)) {
    const image = images.get(found.text) ?? (await localImage(found.text, source, localRegistry, signal));
    if (image === null) {
      missing.add(found.text);
      continue;
    }
    images.set(found.text, image);
    const raw = yaml.slice(found.start, found.end);
    const written = raw.includes(found.text) ? raw.replace(found.text, image.to) : JSON.stringify(image.to);
    parts.push(yaml.slice(copied, found.start), written);
    copied = found.end;
  }
  return { yaml: parts.join('') + yaml.slice(copied), images: [...images.values()], missing: [...missing] };
}

async function localImage(
  text: string,
  source: Source,
  localRegistry: string,
  signal: AbortSignal,
): Promise<RewrittenImage | null> {
  try {
    const image = await source.image(text, signal);
    const { digest } = image.descriptor;
    return { from: text, to: localReference(localRegistry, image.name, digest), digest };
  } catch (error) {
    if (error instanceof BundleError && error.code === 'unknown-image') return null;
    throw error;
  }
}

function imageIn(value: string): Reference | null {
  if (value.length > 512 || !/^[^\s/]+\/\S+[:@]\S+$/.test(value) || referenceProblem(value) !== null) return null;
  const reference = parseReference(value);
  const explicit = value.startsWith(`${reference.registry}/`);
  return explicit && formatReference(reference) === value ? reference : null;
}
