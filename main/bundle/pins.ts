import { z } from 'zod';
import versions from '../../resources/versions.json' with { type: 'json' };
import { isSha256, referenceProblem } from '../registry/reference.ts';

const image = z.string().refine((text) => referenceProblem(text) === null);
const digest = z.string().refine(isSha256);
const source = z.string().startsWith('https://');

/** An image by its version tag. A digest is there only with the public place where it was read. */
const pinnedImage = z.union([
  z.strictObject({ image, digest, source }),
  z.strictObject({ image, digest: z.undefined().optional() }),
]);
export type PinnedImage = z.infer<typeof pinnedImage>;

const buildpackRef = z.strictObject({
  id: z.string(),
  version: z.string().optional(),
  optional: z.boolean().optional(),
});

/** resources/versions.json: what the internet source fetches. `source` is where a reader can check each entry. */
export const pinsSchema = z.strictObject({
  /** The program is checked against the checksum that upstream publishes beside it. `{os}` and `{arch}` are Go's names. */
  kind: z.strictObject({ version: z.string(), url: z.url(), checksumUrl: z.url(), source }),
  /** Node images built for this kind release, newest first; `cgroups` are the host's cgroup versions it runs on. */
  nodes: z.array(
    z.strictObject({
      kubernetes: z.string(),
      cgroups: z.array(z.union([z.literal(1), z.literal(2)])),
      image,
      digest,
      source,
    }),
  ),
  registry: z.strictObject({ version: z.string(), image, digest, source }),
  /** `platform` is the one that kpack and everything it builds with runs on, also on machines of another architecture. */
  kpack: z.strictObject({
    version: z.string(),
    url: z.url(),
    sha256: z.string().regex(/^[a-f0-9]{64}$/),
    source,
    platform: z.string(),
    platformSource: source,
  }),
  stacks: z.array(z.strictObject({ name: z.string(), id: z.string(), build: pinnedImage, run: pinnedImage, source })),
  store: z.strictObject({ name: z.string(), buildpackages: z.array(pinnedImage) }),
  builders: z.array(
    z.strictObject({ name: z.string(), stack: z.string(), order: z.array(z.array(buildpackRef)), source }),
  ),
});
export type Pins = z.infer<typeof pinsSchema>;

/** The versions that this release of the program was made for. */
export function pinned(): Pins {
  return pinsSchema.parse(versions);
}
