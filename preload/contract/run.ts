import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './errors.ts';
import { objectName } from './live.ts';
import { verdict } from './text.ts';

/** A built image running on the engine of this machine. */
export const runState = z.object({
  phase: z.enum(['none', 'pulling', 'starting', 'running', 'stopped', 'failed']),
  image: z.string(),
  percent: z.number().nullable(),
  /** Port on this machine, null before it is known. */
  port: z.number().int().nullable(),
  containerPort: z.number().int().nullable(),
  url: z.string(),
  startedAt: z.number().nullable(),
  exitCode: z.number().int().nullable(),
  /** The first answer over HTTP: status code and milliseconds. */
  answer: z.object({ status: z.number().int(), ms: z.number() }).nullable(),
  /** The newest lines of the container's log, at most 500. */
  log: z.array(z.string()),
  verdict: verdict.nullable(),
});
export type RunState = z.infer<typeof runState>;

export const run = {
  /** Pulls the newest built image to the engine and starts it. `port` null: a free one. INVALID when the port is taken. */
  start: procedure
    .input(
      objectName.extend({
        port: z.number().int().min(1).max(65535).nullable(),
        env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      }),
    )
    .output(z.object({ started: z.literal(true) })),
  stop: procedure.input(objectName).output(z.object({ stopped: z.literal(true) })),
  watch: procedure.input(objectName).output(eventIterator(runState)),
};
