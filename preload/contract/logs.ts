import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './errors.ts';

/** Names the archived log of one build. The uid tells builds of the same name apart. */
export const logName = z.object({
  namespace: z.string().min(1),
  build: z.string().min(1),
  uid: z.string().min(1),
});
export type LogName = z.infer<typeof logName>;

/** How much of a step's log is archived. */
export const logStep = z.object({
  step: z.string(),
  lines: z.number().int(),
  bytes: z.number().int(),
  /** Nothing more will come. */
  complete: z.boolean(),
  /** Lines with warnings and errors, as told by their words. */
  warnings: z.number().int(),
  errors: z.number().int(),
  /** Places where lines may be missing (line numbers); empty in a whole log. */
  gaps: z.array(z.number().int()),
});
export type LogStep = z.infer<typeof logStep>;

export const logLine = z.object({
  /** From 0, within its step. */
  index: z.number().int(),
  /** Time of the container, RFC 3339 with nanoseconds. */
  at: z.string(),
  text: z.string(),
  /** The line is longer than what is sent (16 KiB); saving gives all of it. */
  cut: z.boolean(),
});
export type LogLine = z.infer<typeof logLine>;

export const logs = {
  /** The steps of the log and how far they are, at each change, at most one message in 100 ms. */
  watch: procedure.input(logName).output(eventIterator(z.object({ steps: z.array(logStep) }))),
  /** Up to 1,000 lines of one step from `from` on. */
  lines: procedure
    .input(
      logName.extend({ step: z.string(), from: z.number().int().min(0), count: z.number().int().min(1).max(1000) }),
    )
    .output(z.object({ lines: z.array(logLine) })),
  /** Lines that hold `query` (case does not matter), all steps in order, at most 10,000. */
  search: procedure
    .input(logName.extend({ query: z.string().min(1).max(1000) }))
    .output(
      z.object({ matches: z.array(z.object({ step: z.string(), index: z.number().int() })), limited: z.boolean() }),
    ),
  /** The whole log as text, in pieces, for saving and copying. */
  text: procedure
    .input(logName.extend({ step: z.string().nullable(), times: z.boolean(), colours: z.boolean() }))
    .output(eventIterator(z.object({ text: z.string() }))),
};
