import type { Fix, Text } from '../../preload/contract/index.ts';

/** A failure whose cause is known: what to say and what can be done. */
export class SetupProblem extends Error {
  override readonly name = 'SetupProblem';
  readonly headline: Text;
  readonly fixes: readonly Fix[];
  /** Lines that prove it. */
  readonly evidence: readonly string[];

  constructor(
    headline: Text,
    options: { raw?: string; fixes?: readonly Fix[]; evidence?: readonly string[]; cause?: unknown } = {},
  ) {
    super(options.raw ?? headline.key, { cause: options.cause });
    this.headline = headline;
    this.fixes = options.fixes ?? [];
    this.evidence = options.evidence ?? [];
  }
}

/** A fix as a button. */
export function fix(
  id: Fix['id'],
  label: Text,
  options: { primary?: boolean; params?: Record<string, string> } = {},
): Fix {
  return { id, label, primary: options.primary ?? false, params: options.params ?? {} };
}
