/** What went wrong between us and an engine, told apart by what a person can do about it. */
export type DockerProblem =
  'not-running' | 'permission' | 'not-found' | 'conflict' | 'port-taken' | 'address-unavailable' | 'no-space' | 'other';

export class DockerError extends Error {
  readonly kind: DockerProblem;

  constructor(kind: DockerProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DockerError';
    this.kind = kind;
  }
}

/** Fragments of the engine's own messages, most telling first. */
const fragments: readonly (readonly [RegExp, DockerProblem])[] = [
  [/port is already allocated|address already in use/i, 'port-taken'],
  [/cannot assign requested address/i, 'address-unavailable'],
  [/no space left on device/i, 'no-space'],
  [/EACCES|permission denied/i, 'permission'],
  [/ENOENT|ECONNREFUSED|ECONNRESET|EPIPE|socket hang up/i, 'not-running'],
];

/** Any failure of a call to the engine as a DockerError; its message is the engine's own. */
export function dockerError(error: unknown): DockerError {
  if (error instanceof DockerError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  for (const [pattern, kind] of fragments) {
    // A message from the engine itself proves that it runs: "no such file" in it is about something else.
    if (kind === 'not-running' && status !== undefined) continue;
    if (pattern.test(message)) return new DockerError(kind, message, { cause: error });
  }
  if (status === 404) return new DockerError('not-found', message, { cause: error });
  if (status === 409) return new DockerError('conflict', message, { cause: error });
  return new DockerError('other', message, { cause: error });
}
