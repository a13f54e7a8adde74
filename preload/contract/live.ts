import { z } from 'zod';

/** How fresh a live list is. `since` is when the truth was last known (epoch milliseconds). */
export const freshness = z.object({
  state: z.enum(['loading', 'live', 'reconnecting', 'forbidden', 'absent']),
  since: z.number(),
});
export type Freshness = z.infer<typeof freshness>;

/**
 * One message of a live list: first a `snapshot`, then `delta`s, at most one in 100 ms. A new
 * snapshot may come at any time and replaces everything.
 */
export function liveList<Row extends z.ZodType>(row: Row) {
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('snapshot'), rows: z.array(row), complete: z.boolean(), freshness }),
    z.object({ type: z.literal('delta'), upserts: z.array(row), removes: z.array(z.string()), freshness }),
  ]);
}
export type LiveList<Row> =
  | { type: 'snapshot'; rows: Row[]; complete: boolean; freshness: Freshness }
  | { type: 'delta'; upserts: Row[]; removes: string[]; freshness: Freshness };

/** Names one object of a namespace. */
export const objectName = z.object({ namespace: z.string().min(1).max(63), name: z.string().min(1).max(253) });
export type ObjectName = z.infer<typeof objectName>;
