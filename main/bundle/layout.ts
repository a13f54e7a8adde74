import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { readAll } from '../registry/http.ts';
import { imageOf } from '../registry/image.ts';
import {
  blobsOf,
  childFor,
  indexSchema,
  isIndex,
  manifestSchema,
  type Descriptor,
  type OciImage,
} from '../registry/oci.ts';
import { formatReference, parseReference, referenceProblem } from '../registry/reference.ts';
import { verified } from '../registry/verify.ts';
import { BundleError } from './errors.ts';
import type { Members } from './members.ts';

const refName = 'org.opencontainers.image.ref.name';
const maxJson = 16 * 1024 * 1024;

/**
 * Reads an OCI image layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). Every byte that is
 * given out is checked: content that differs from its digest ends with BundleError `corrupt` naming the blob.
 */
export class OciLayout {
  readonly #members: Members;
  readonly #images: ReadonlyMap<string, OciImage>;
  readonly #byDigest: ReadonlyMap<string, OciImage>;

  private constructor(
    members: Members,
    images: ReadonlyMap<string, OciImage>,
    byDigest: ReadonlyMap<string, OciImage>,
  ) {
    this.#members = members;
    this.#images = images;
    this.#byDigest = byDigest;
  }

  /**
   * Reads the index and all manifests, and looks whether every blob is there with its size (not yet its checksum).
   * Throws BundleError `invalid`, `incomplete`, `corrupt`. Of a multi-platform image the one for `platform` is taken.
   */
  static async open(members: Members, platform: string): Promise<OciLayout> {
    const index = parse(indexSchema, await readText(members, 'index.json'), 'index.json');
    const images = new Map<string, OciImage>();
    const byDigest = new Map<string, OciImage>();
    for (const descriptor of index.manifests) {
      const name = descriptor.annotations?.[refName];
      if (name === undefined || referenceProblem(name) !== null) {
        throw new BundleError(
          'invalid',
          `index.json: ${descriptor.digest}`,
          `index.json: ${refName} of ${descriptor.digest} is no image name`,
        );
      }
      const full = formatReference(parseReference(name));
      const image = await openImage(members, full, descriptor, platform);
      images.set(full, image);
      byDigest.set(image.descriptor.digest, image);
      byDigest.set(descriptor.digest, image);
    }
    return new OciLayout(members, images, byDigest);
  }

  /** Full names of all images, in the order of the index. */
  get names(): readonly string[] {
    return [...this.#images.keys()];
  }

  /** An image by digest, or by name; a digest in the name decides. Throws BundleError `unknown-image`. */
  image(nameOrDigest: string): OciImage {
    const image = this.#byDigest.get(nameOrDigest) ?? this.#named(nameOrDigest);
    if (image === undefined)
      throw new BundleError('unknown-image', nameOrDigest, `The bundle has no image ${nameOrDigest}`);
    return image;
  }

  async dispose(): Promise<void> {
    await this.#members.close();
  }

  #named(name: string): OciImage | undefined {
    if (referenceProblem(name) !== null) return undefined;
    const reference = parseReference(name);
    return reference.digest === null
      ? this.#images.get(formatReference(reference))
      : this.#byDigest.get(reference.digest);
  }
}

/** Content of a bundle's file, ending with BundleError `corrupt` unless it has this digest and size. */
export async function readVerified(
  members: Members,
  name: string,
  expected: { readonly digest: string; readonly size: number },
): Promise<Readable> {
  return verified(await members.read(name), expected, (found) => {
    return new BundleError(
      'corrupt',
      name,
      `${name} should be ${expected.digest} (${expected.size} bytes) but is ${found}`,
    );
  });
}

/** A small text file of the bundle. Throws BundleError `incomplete`. */
export async function readText(members: Members, name: string): Promise<string> {
  return (await readAll(await members.read(name), maxJson)).toString('utf8');
}

async function openImage(members: Members, name: string, top: Descriptor, platform: string): Promise<OciImage> {
  let descriptor = top;
  let bytes = await readBlob(members, top);
  if (isIndex(top.mediaType)) {
    const child = childFor(parse(indexSchema, bytes.toString('utf8'), top.digest), platform);
    if (child === null) throw new BundleError('incomplete', name, `${name} has no image for ${platform}`);
    descriptor = child;
    bytes = await readBlob(members, child);
  }
  const manifest = parse(manifestSchema, bytes.toString('utf8'), descriptor.digest);
  for (const blob of blobsOf(manifest)) {
    const size = await members.size(blobPath(blob.digest));
    if (size === null) throw new BundleError('incomplete', blob.digest, `The bundle has no ${blob.digest} of ${name}`);
    if (size !== blob.size)
      throw new BundleError('corrupt', blob.digest, `${blob.digest} of ${name} has ${size} bytes, not ${blob.size}`);
  }
  return imageOf(name, descriptor, bytes, manifest, (blob) => readVerified(members, blobPath(blob.digest), blob));
}

async function readBlob(members: Members, descriptor: Descriptor): Promise<Buffer> {
  return readAll(await readVerified(members, blobPath(descriptor.digest), descriptor), maxJson);
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function parse<Shape>(schema: z.ZodType<Shape>, text: string, where: string): Shape {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new BundleError('invalid', where, `${where} is not as the OCI layout wants it`, { cause });
  }
}
