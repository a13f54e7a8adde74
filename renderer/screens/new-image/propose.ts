/** A name for the image of a repository: the last part of its URL, as Kubernetes allows names. */
export function proposedName(url: string): string {
  const last = url.trim().replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '';
  return last
    .replace(/\.git$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);
}

/** What a push to this revision will do: build again, or nothing. */
export function revisionKind(
  revision: string,
  references: { branches: readonly { name: string }[]; tags: readonly { name: string }[] } | null,
): 'branch' | 'tag' | 'commit' | 'unknown' {
  if (references?.branches.some(({ name }) => name === revision) === true) return 'branch';
  if (references?.tags.some(({ name }) => name === revision) === true) return 'tag';
  return /^[0-9a-f]{40}$/.test(revision) ? 'commit' : 'unknown';
}
