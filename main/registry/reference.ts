/**
 * Image references as the distribution project defines them
 * (https://github.com/distribution/reference/blob/main/reference.go, regexp.go).
 */
export interface Reference {
  /** Host with port; `docker.io` where the text names none. */
  readonly registry: string;
  /** Path in the registry; Docker Hub's official images are `library/…`. */
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:<64 hex>` or another algorithm of the OCI spec. */
  readonly digest: string | null;
}

export type ReferenceProblem = 'empty' | 'registry' | 'repository' | 'uppercase' | 'too-long' | 'tag' | 'digest';

/** The text is no image reference; `problem` says which part of it is wrong. */
export class InvalidReference extends Error {
  override readonly name = 'InvalidReference';
  readonly problem: ReferenceProblem;
  readonly text: string;

  constructor(text: string, problem: ReferenceProblem) {
    super(`"${text}" is not an image reference (${problem})`);
    this.problem = problem;
    this.text = text;
  }
}

const maxName = 255;
const hostLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const registryPattern = new RegExp(`^(?:${hostLabel}(?:\\.${hostLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?$`);
const pathPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^[\w][\w.-]{0,127}$/;
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** Splits `registry/repository:tag@digest`. Throws InvalidReference. */
export function parseReference(text: string): Reference {
  const fail = (problem: ReferenceProblem): never => {
    throw new InvalidReference(text, problem);
  };
  if (text.trim() === '') fail('empty');
  const at = text.indexOf('@');
  const digest = at < 0 ? null : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const tag = tagged ? named.slice(colon + 1) : null;
  const name = tagged ? named.slice(0, colon) : named;

  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasRegistry = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = hasRegistry ? first : 'docker.io';
  const path = hasRegistry ? name.slice(slash + 1) : name;

  if (!registryPattern.test(registry)) fail('registry');
  if (path !== path.toLowerCase()) fail('uppercase');
  if (path === '' || !path.split('/').every((part) => pathPattern.test(part))) fail('repository');
  const official = isDockerHub(registry) && !path.includes('/');
  const repository = official ? `library/${path}` : path;
  if (repository.length > maxName) fail('too-long');
  if (tag !== null && !tagPattern.test(tag)) fail('tag');
  if (digest !== null && !digestPattern.test(digest)) fail('digest');
  return { registry: isDockerHub(registry) ? 'docker.io' : registry, repository, tag, digest };
}

/** What is wrong with the text as an image reference, null when nothing is. */
export function referenceProblem(text: string): ReferenceProblem | null {
  try {
    parseReference(text);
    return null;
  } catch (error) {
    if (error instanceof InvalidReference) return error.problem;
    throw error;
  }
}

/** The full text, with registry and `library/`. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === null ? '' : `:${reference.tag}`;
  const digest = reference.digest === null ? '' : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/** The same image written in one way, so that two texts can be compared. Throws InvalidReference. */
export function normalise(text: string): string {
  return formatReference(parseReference(text));
}

/** The digest is well-formed (`sha256:<64 hex>`; the only algorithm we verify). */
export function isSha256(digest: string): boolean {
  return /^sha256:[a-f0-9]{64}$/.test(digest);
}

/** True for a legal tag name. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

function isDockerHub(registry: string): boolean {
  return registry === 'docker.io' || registry === 'index.docker.io' || registry === 'registry-1.docker.io';
}
