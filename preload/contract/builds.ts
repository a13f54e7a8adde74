import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './errors.ts';
import { buildReason } from './images.ts';
import { liveList, objectName } from './live.ts';
import { text, verdict } from './text.ts';

export const buildState = z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']);
export type BuildState = z.infer<typeof buildState>;

/** One build. Key: `uid`. Rows of builds that the cluster no longer has come from the records. */
export const buildRow = z.object({
  uid: z.string(),
  namespace: z.string(),
  name: z.string(),
  image: z.string(),
  number: z.number().int(),
  state: buildState,
  reasons: z.array(buildReason),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  finishedAt: z.number().nullable(),
  durationMs: z.number().nullable(),
  commit: z.string(),
  /** `repository@sha256:…`, empty when none came out. */
  digest: z.string(),
  /** The cause of a failure or a wait in one line. */
  cause: text.nullable(),
  /** Still in the cluster. */
  live: z.boolean(),
});
export type BuildRow = z.infer<typeof buildRow>;

/** One step of a build, named as kpack names its containers. Times are the containers' own. */
export const buildStep = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  exitCode: z.number().int().nullable(),
  /** Kubernetes' word for the end, for example OOMKilled. */
  reason: z.string(),
  /** Expected duration from the last builds of the image. */
  expectedMs: z.number().nullable(),
});
export type BuildStep = z.infer<typeof buildStep>;

/** One difference that made kpack build. `old` and `new` are empty where there is none. */
export const buildChange = z.object({
  reason: buildReason,
  /** What changed: "commit", "run image", "buildpack lab/httpd", "env LAB_SLEEP"… */
  subject: text,
  old: z.string(),
  new: z.string(),
});
export type BuildChange = z.infer<typeof buildChange>;

export const buildDetail = z.object({
  row: buildRow,
  steps: z.array(buildStep),
  changes: z.array(buildChange),
  /** Why it waits or failed. */
  verdict: verdict.nullable(),
  tags: z.array(z.string()),
  buildpacks: z.array(z.object({ id: z.string(), version: z.string() })),
  runImage: z.string(),
  builderImage: z.string(),
  lifecycle: z.string(),
  podName: z.string(),
  /** The newest earlier build of the image that succeeded, for comparison. */
  previous: z.object({ number: z.number().int(), durationMs: z.number() }).nullable(),
  yaml: z.string(),
});
export type BuildDetail = z.infer<typeof buildDetail>;

export const builds = {
  /** Builds of one image, live ones and recorded ones, newest first. */
  watch: procedure.input(objectName).output(eventIterator(liveList(buildRow))),
  /** One build, live until it has ended and everything is known. */
  watchOne: procedure.input(objectName).output(eventIterator(buildDetail)),
  /** Ends a running build: its pod gets a deadline of one second (kpack has no cancel of its own). */
  cancel: procedure.input(objectName).output(z.object({ cancelled: z.literal(true) })),
};
