import { z } from 'zod';
import { isSha256, referenceProblem } from '../registry/reference.ts';
import { BundleError } from './errors.ts';

/** Newest formatVersion that this program reads. */
export const formatVersion = 1;
export const formatName = 'kpack-desktop-bundle';

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'not a Kubernetes name');
const image = z.string().refine((text) => referenceProblem(text) === null, 'not an image reference');
const sha256 = z.string().refine((hex) => isSha256(`sha256:${hex}`), 'not a sha256 in hex');
/** A path inside of the bundle, always below `files/`: nothing else of the disk can be named. */
const file = z.object({
  path: z
    .string()
    .regex(/^files\/(?:[A-Za-z0-9_-][A-Za-z0-9._+-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._+-]*$/, 'not below files/'),
  sha256,
  size: z.number().int().min(0),
});
export type BundleFile = z.infer<typeof file>;

const buildpackRef = z.object({
  id: z.string().min(1),
  version: z.string().optional(),
  optional: z.boolean().optional(),
});

/** bundle.json, formatVersion 1. Unknown fields are ignored. README.md has the meaning of each. */
export const bundleSchema = z
  .object({
    format: z.literal(formatName),
    formatVersion: z.literal(formatVersion),
    title: z.string().min(1),
    platform: z.string().regex(/^(linux|darwin|windows)\/(amd64|arm64)$/, 'not os/architecture'),
    createdAt: z.iso.datetime({ offset: true }),
    kind: z.object({ version: z.string().min(1), file }),
    node: z.object({ kubernetes: z.string().min(1), image }),
    registry: z.object({ image }),
    kpack: z.object({ version: z.string().min(1), release: file }),
    stacks: z.array(z.object({ name, id: z.string().min(1), build: image, run: image })).min(1),
    store: z.object({ name, buildpackages: z.array(image).min(1) }),
    builders: z.array(z.object({ name, stack: name, order: z.array(z.array(buildpackRef).min(1)).min(1) })).min(1),
    extras: z.array(image).default([]),
  })
  .superRefine((bundle, context) => {
    const stacks = new Set(bundle.stacks.map((stack) => stack.name));
    bundle.builders.forEach((builder, index) => {
      if (stacks.has(builder.stack)) return;
      context.addIssue({ code: 'custom', path: ['builders', index, 'stack'], message: 'no such stack in the bundle' });
    });
  });
export type BundleManifest = z.infer<typeof bundleSchema>;

const head = z.object({ format: z.string(), formatVersion: z.number() });

/**
 * Parses bundle.json. Throws BundleError: `not-a-bundle` (no JSON object with a format), `wrong-format` (of something
 * else), `newer` (this program is too old), `invalid` (`subject` is the path of the first wrong field).
 */
export function parseBundleManifest(text: string): BundleManifest {
  const json = parseJson(text);
  const start = head.safeParse(json);
  if (!start.success) throw new BundleError('not-a-bundle', 'bundle.json', 'bundle.json says no format');
  if (start.data.format !== formatName) {
    throw new BundleError('wrong-format', start.data.format, `bundle.json is of format "${start.data.format}"`);
  }
  if (start.data.formatVersion > formatVersion) {
    const found = String(start.data.formatVersion);
    throw new BundleError(
      'newer',
      found,
      `The bundle has format version ${found}, this program reads ${formatVersion}`,
    );
  }
  const parsed = bundleSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new BundleError('invalid', where, `bundle.json: ${where}: ${issue?.message ?? 'invalid'}`);
}

/** Throws BundleError `other-platform` unless the bundle is for `platform` (`linux/amd64`). */
export function requirePlatform(bundle: BundleManifest, platform: string): void {
  if (bundle.platform === platform) return;
  throw new BundleError(
    'other-platform',
    bundle.platform,
    `The bundle is for ${bundle.platform}, this machine is ${platform}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BundleError('not-a-bundle', 'bundle.json', 'bundle.json is no JSON', { cause });
  }
}
