import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './errors.ts';
import { liveList, objectName } from './live.ts';
import { fix, text, verdict } from './text.ts';

/** kpack's own words for why a build happened; shown as they are. */
export const buildReason = z.enum(['CONFIG', 'COMMIT', 'BUILDPACK', 'STACK', 'LIFECYCLE', 'TRIGGER']);
export type BuildReason = z.infer<typeof buildReason>;

export const health = z.enum(['ready', 'building', 'failed', 'waiting', 'stalled', 'unknown']);
export type Health = z.infer<typeof health>;

/** One image as a row of the table. Key: `uid`. */
export const imageRow = z.object({
  uid: z.string(),
  namespace: z.string(),
  name: z.string(),
  health,
  /** One line under the name when something is wrong or waiting. */
  cause: text.nullable(),
  reasons: z.array(buildReason),
  source: z.object({
    kind: z.enum(['git', 'blob', 'registry']),
    url: z.string(),
    revision: z.string(),
    subPath: z.string(),
  }),
  builder: z.object({ kind: z.string(), name: z.string() }),
  tag: z.string(),
  /** The newest image built, `repository@sha256:…`; empty before the first. */
  latestImage: z.string(),
  commit: z.string(),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  builtAt: z.number().nullable(),
  /** Duration of the newest finished build. */
  durationMs: z.number().nullable(),
  buildCount: z.number().int(),
  /** Up to seven newest builds, oldest first. */
  trend: z.array(z.object({ number: z.number().int(), ok: z.boolean(), durationMs: z.number() })),
  running: z
    .object({
      build: z.string(),
      number: z.number().int(),
      /** Name of the step, empty while waiting for a node. */
      step: z.string(),
      stepIndex: z.number().int(),
      stepCount: z.number().int(),
      startedAt: z.number(),
      expectedMs: z.number().nullable(),
    })
    .nullable(),
});
export type ImageRow = z.infer<typeof imageRow>;

export const environmentVariable = z.object({ name: z.string(), value: z.string() });

/** What a person types to make an image. */
export const imageDraft = z.object({
  namespace: z.string().default('default'),
  name: z.string(),
  gitUrl: z.string(),
  revision: z.string(),
  subPath: z.string().default(''),
  builder: z.object({ kind: z.enum(['ClusterBuilder', 'Builder']), name: z.string() }),
  tag: z.string(),
  env: z.array(environmentVariable).default([]),
});
export type ImageDraft = z.infer<typeof imageDraft>;

export const fieldError = z.object({
  field: z.enum(['namespace', 'name', 'gitUrl', 'revision', 'subPath', 'builder', 'tag', 'env']),
  /** Index in `env`. */
  index: z.number().int().nullable(),
  cause: text,
  fixes: z.array(fix),
});
export type FieldError = z.infer<typeof fieldError>;

export const imageCheck = z.object({
  errors: z.array(fieldError),
  /** Things worth knowing that do not stop anybody, for example a repository that only the cluster reaches. */
  warnings: z.array(fieldError),
  /** The Image resource as it would be created. */
  yaml: z.string(),
  /** The equal `kp` command. */
  command: z.string(),
});
export type ImageCheck = z.infer<typeof imageCheck>;

/** Proposals for an empty form. */
export const imageDefaults = z.object({
  namespaces: z.array(z.string()),
  /** Prefix of tags in the local registry ("172.30.255.10:5000/apps/"); empty when there is none. */
  tagPrefix: z.string(),
  builders: z.array(
    z.object({
      kind: z.enum(['ClusterBuilder', 'Builder']),
      name: z.string(),
      ready: z.boolean(),
      stack: z.string(),
      buildpacks: z.array(z.string()),
    }),
  ),
});
export type ImageDefaults = z.infer<typeof imageDefaults>;

export const imageDetail = z.object({
  row: imageRow,
  verdict: verdict.nullable(),
  serviceAccount: z.string(),
  additionalTags: z.array(z.string()),
  env: z.array(environmentVariable),
  /** Size of the cache volume, empty without one. */
  cache: z.string(),
  polling: z.boolean().nullable(),
  yaml: z.string(),
  command: z.string(),
});
export type ImageDetail = z.infer<typeof imageDetail>;

export const gitReferences = z.object({
  /** Name of the default branch, empty when the server does not say. */
  head: z.string(),
  branches: z.array(z.object({ name: z.string(), commit: z.string() })),
  tags: z.array(z.object({ name: z.string(), commit: z.string() })),
});
export type GitReferences = z.infer<typeof gitReferences>;

export const images = {
  /** Live table of the images of all namespaces. */
  watch: procedure.output(eventIterator(liveList(imageRow))),
  /** One image, live. Ends with NOT_FOUND when it is deleted. */
  watchOne: procedure.input(objectName).output(eventIterator(imageDetail)),
  defaults: procedure.output(imageDefaults),
  /** Checks a draft without changing anything. */
  check: procedure.input(imageDraft).output(imageCheck),
  /** Creates the image. INVALID names the first bad field. */
  create: procedure.input(imageDraft).output(objectName),
  /** Builds again, reason TRIGGER. */
  build: procedure.input(objectName).output(z.object({ build: z.string().nullable() })),
  /** What goes and what stays when the image is deleted. */
  removal: procedure
    .input(objectName)
    .output(
      z.object({ builds: z.number().int(), logs: z.number().int(), tags: z.array(z.string()), cache: z.string() }),
    ),
  remove: procedure.input(objectName).output(z.object({ removed: z.literal(true) })),
  /** Branches and tags of a git repository, read over HTTP(S). INVALID with field `gitUrl` or UNREACHABLE. */
  references: procedure.input(z.object({ url: z.string() })).output(gitReferences),
};
