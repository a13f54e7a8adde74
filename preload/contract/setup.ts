import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './errors.ts';
import { fix, text, verdict } from './text.ts';

/** Where the images and programs come from. */
export const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('internet') }),
  /** A bundle folder or tar file on the machine that the backend runs on. */
  z.object({ kind: z.literal('bundle'), path: z.string().min(1) }),
]);
export type Source = z.infer<typeof source>;

export const setupOptions = z.object({
  source,
  /** The address the Kubernetes API listens on: one of the machine's, 127.0.0.1 or 0.0.0.0. */
  address: z.string(),
  port: z.number().int().min(1).max(65535),
  /** How a missing engine is installed; null when it must be there already. */
  installEngine: z.enum(['docker', 'distribution']).nullable(),
  /** Replace a half-made or foreign cluster of our name. Its data is lost. */
  replaceCluster: z.boolean().default(false),
});
export type SetupOptions = z.infer<typeof setupOptions>;

/** One check of the machine. */
export const check = z.object({
  id: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  title: text,
  /** What was found, in a few words ("Docker 28.2, 2 CPUs"). */
  found: text,
  cause: text.nullable(),
  fixes: z.array(fix),
});
export type Check = z.infer<typeof check>;

export const address = z.object({
  address: z.string(),
  kind: z.enum(['lan', 'loopback', 'all']),
  /** Network interface, empty for `loopback` and `all`. */
  interface: z.string(),
  recommended: z.boolean(),
});
export type Address = z.infer<typeof address>;

/** One thing that setup brings to the machine. */
export const planItem = z.object({
  id: z.string(),
  title: text,
  version: z.string(),
  /** Where it comes from: a host, or the bundle's title. */
  from: z.string(),
  /** Bytes to fetch, null where it is not known before. */
  bytes: z.number().nullable(),
  /** It is there already. */
  present: z.boolean(),
});
export type PlanItem = z.infer<typeof planItem>;

/** What setup will do, before anything happens. */
export const setupPlan = z.object({
  machine: z.object({ name: z.string(), os: z.string(), arch: z.string() }),
  checks: z.array(check),
  addresses: z.array(address),
  /** The options as they would be used: given ones kept, the rest proposed. */
  options: setupOptions,
  items: z.array(planItem),
  steps: z.array(z.object({ id: z.string(), title: text, does: text })),
  /** What changes on the machine, one sentence each. */
  changes: z.array(text),
  /** Everything is in place; running setup would change nothing. */
  complete: z.boolean(),
  /** Setup can start: no check failed. */
  ready: z.boolean(),
  /** Ways to install a missing engine on this system; empty when there is one or none can be installed here. */
  engineChoices: z.array(z.enum(['docker', 'distribution'])),
});
export type SetupPlan = z.infer<typeof setupPlan>;

export const stepState = z.object({
  id: z.string(),
  title: text,
  needs: z.array(z.string()),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  /** It was found done; nothing was changed. */
  unchanged: z.boolean(),
  /** What it does right now. */
  detail: text.nullable(),
  /** 0 to 100, null where the step cannot tell. */
  percent: z.number().nullable(),
  /** Milliseconds since the start of the run. */
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  /** Expected duration in milliseconds, from the last runs on this machine. */
  expectedMs: z.number(),
  /** Lines of output so far. */
  lines: z.number().int(),
});
export type StepState = z.infer<typeof stepState>;

/** The state of the one setup (or removal) of this machine. */
export const setupState = z.object({
  task: z.enum(['setup', 'remove']),
  phase: z.enum(['idle', 'running', 'failed', 'cancelled', 'done']),
  /** Epoch milliseconds. */
  startedAt: z.number().nullable(),
  elapsedMs: z.number(),
  remainingMs: z.number().nullable(),
  percent: z.number(),
  steps: z.array(stepState),
  failedStep: z.string().nullable(),
  verdict: verdict.nullable(),
  /** Nothing had to be changed. */
  unchanged: z.boolean(),
  options: setupOptions.nullable(),
});
export type SetupState = z.infer<typeof setupState>;

export const setup = {
  /** Looks at the machine and says what setup would do. Fields left out are proposed. */
  plan: procedure.input(setupOptions.partial()).output(setupPlan),
  /** Starts setup in the background. CONFLICT when one runs already, here or in another process. */
  start: procedure.input(setupOptions).output(z.object({ started: z.literal(true) })),
  /** Starts again from the steps that are not done, with the options of the last run. */
  retry: procedure.output(z.object({ started: z.literal(true) })),
  cancel: procedure.output(z.object({ cancelled: z.boolean() })),
  /** The state now and at each change, at most one message in 100 ms. */
  watch: procedure.output(eventIterator(setupState)),
  /** Output of one step from line `from` on, then live. */
  output: procedure
    .input(z.object({ step: z.string(), from: z.number().int().min(0).default(0) }))
    .output(eventIterator(z.object({ from: z.number().int(), lines: z.array(z.string()) }))),
  /** Takes away what setup made. Keeps the registry's data unless asked. */
  remove: procedure.input(z.object({ registryData: z.boolean() })).output(z.object({ started: z.literal(true) })),
};
