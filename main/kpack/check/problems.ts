import type { FieldError } from '../../../preload/contract/images.ts';
import type { Fix, Text } from '../../../preload/contract/text.ts';
import type { MessageKey } from '../../../preload/messages/index.ts';

export type Field = FieldError['field'];
type Values = Record<string, string | number>;

/** Something about one field: an error stops the creation, a warning does not. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly entry: FieldError;
}

/** A sentence of the images words. */
export function text(key: MessageKey, params?: Values): Text {
  return params === undefined ? { key } : { key, params };
}

export function problem(
  severity: Problem['severity'],
  field: Field,
  cause: Text,
  fixes: Fix[] = [],
  index: number | null = null,
): Problem {
  return { severity, entry: { field, index, cause, fixes } };
}

export function error(field: Field, cause: Text, fixes: Fix[] = []): Problem {
  return problem('error', field, cause, fixes);
}

export function warning(field: Field, cause: Text, fixes: Fix[] = []): Problem {
  return problem('warning', field, cause, fixes);
}

/** A button that puts `value` into the field. Primary unless it is one of several. */
export function useValue(field: Field, value: string, primary = true): Fix {
  return { id: 'use-value', label: text('images.backend_use_value', { value }), primary, params: { field, value } };
}

/** Splits what was found into what the contract asks for. */
export function sorted(problems: readonly Problem[]): { errors: FieldError[]; warnings: FieldError[] } {
  const of = (severity: Problem['severity']) =>
    problems.filter((each) => each.severity === severity).map((each) => each.entry);
  return { errors: of('error'), warnings: of('warning') };
}
