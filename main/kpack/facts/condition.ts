import type { Condition } from '../../kubernetes/types.ts';

/** One condition of an object, with everything that may be missing filled in. */
export interface ConditionFact {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Epoch milliseconds; null where the controller wrote none. */
  readonly at: number | null;
}

/** The condition of a type, null while the controller has not written it. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): ConditionFact | null {
  const found = conditions?.find((each) => each.type === type);
  if (!found) return null;
  return {
    status: found.status,
    reason: found.reason ?? '',
    message: found.message ?? '',
    at: epoch(found.lastTransitionTime),
  };
}

/** Epoch milliseconds of an RFC 3339 time; null for none and for what is not a time. */
export function epoch(time: string | null | undefined): number | null {
  if (time === null || time === undefined) return null;
  const value = Date.parse(time);
  return Number.isNaN(value) ? null : value;
}
