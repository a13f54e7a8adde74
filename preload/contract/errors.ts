import { oc } from '@orpc/contract';
import { z } from 'zod';
import { fix, text } from './text.ts';

/** What every refused request carries besides its code: a cause to show, and the field it belongs to. */
export const refusal = z.object({
  cause: text,
  field: z.string().nullable().default(null),
  fixes: z.array(fix).default([]),
  raw: z.string().default(''),
});
export type Refusal = z.infer<typeof refusal>;

/** The base of every procedure: the errors that any of them can answer with. */
export const procedure = oc.errors({
  /** The input is well-formed but cannot be used; `field` says where. */
  INVALID: { status: 422, data: refusal },
  NOT_FOUND: { status: 404, data: refusal },
  /** Something else is in the way: already running, name taken, changed meanwhile. */
  CONFLICT: { status: 409, data: refusal },
  /** The cluster, the engine or a server does not answer. */
  UNREACHABLE: { status: 503, data: refusal },
  FORBIDDEN: { status: 403, data: refusal },
  FAILED: { status: 500, data: refusal },
});
