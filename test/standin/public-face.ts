import { mediaTypes, type Descriptor, type OciImage } from '../../main/registry/oci.ts';
import type { Members } from '../../main/bundle/members.ts';
import { openMembers } from '../../main/bundle/members.ts';
import { OciLayout, readText } from '../../main/bundle/layout.ts';
import { parseBundleManifest, type BundleManifest } from '../../main/bundle/manifest.ts';
import type { Pins } from '../../main/bundle/pins.ts';
import { findReferences } from '../../main/bundle/rewrite.ts';
import { parseReference } from '../../main/registry/reference.ts';
import { digestOf } from '../../main/registry/verify.ts';

const readAt = 'https://stand-in.example/';

/** A bundle's content under the names and addresses of the internet. */
export interface PublicFace {
  /** versions.json for this content. */
  readonly pins: Pins;
  /** Whole addresses without scheme (`github.com/…`) and what is there. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Manifests and indexes by `registry/repository` and tag or digest. */
  readonly manifests: ReadonlyMap<string, { readonly bytes: Buffer; readonly mediaType: string }>;
  /** Images that hold the blobs of a `registry/repository`. */
  readonly images: ReadonlyMap<string, OciImage>;
  close(): Promise<void>;
}

/**
 * Gives a bundle's content the names it would have on the internet: Docker Hub and ghcr.io for images (each tag an index
 * of several platforms, as upstream publishes them), kind.sigs.k8s.io and github.com for files.
 */
export async function publicFace(bundlePath: string): Promise<PublicFace> {
  const members = await openMembers(bundlePath);
  const bundle = parseBundleManifest(await readText(members, 'bundle.json'));
  const layout = await OciLayout.open(members, 'linux/amd64');
  const manifests = new Map<string, { bytes: Buffer; mediaType: string }>();
  const images = new Map<string, OciImage>();
  const indexes = new Map<string, string>();
  for (const name of layout.names) {
    const image = layout.image(name);
    const { repository, tag } = publicName(name);
    const index = indexOf(image.descriptor);
    const put = (key: string, bytes: Buffer, mediaType: string) =>
      manifests.set(`${repository} ${key}`, { bytes, mediaType });
    put(image.descriptor.digest, Buffer.from(image.bytes), image.descriptor.mediaType);
    put(digestOf(index), index, mediaTypes.ociIndex);
    put(tag, index, mediaTypes.ociIndex);
    indexes.set(name, digestOf(index));
    images.set(`${repository} ${image.descriptor.digest}`, image);
  }
  const pins = pinsOf(bundle, (name) => indexes.get(name) ?? '');
  const release = publicRelease(await readText(members, bundle.kpack.release.path), layout, indexes);
  const sha256 = digestOf(release).slice('sha256:'.length);
  return {
    pins: { ...pins, kpack: { ...pins.kpack, sha256 } },
    files: await filesOf(bundle, members, release),
    manifests,
    images,
    close: () => layout.dispose(),
  };
}

/** `lab.example/kpack/controller:0.17.2` is `ghcr.io/buildpacks-community/kpack/controller`, and so on. */
function publicName(name: string): { readonly repository: string; readonly tag: string; readonly full: string } {
  const { repository, tag } = parseReference(name);
  const last = repository.slice(repository.indexOf('/') + 1);
  const place = repository.startsWith('kpack/')
    ? `ghcr.io/buildpacks-community/kpack/${last}`
    : repository === 'kind/node'
      ? 'docker.io/kindest/node'
      : repository === 'registry'
        ? 'docker.io/library/registry'
        : `docker.io/paketobuildpacks/${last}`;
  return { repository: place, tag: tag ?? 'latest', full: `${place}:${tag ?? 'latest'}` };
}

/** An index with our image, one of another architecture that is not there, and an attestation. */
function indexOf(image: Descriptor): Buffer {
  const { mediaType, digest, size } = image;
  const other = (text: string) => ({ mediaType, digest: digestOf(digest + text), size: 500 });
  const manifests = [
    { ...other('arm64'), platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { mediaType, digest, size, platform: { os: 'linux', architecture: 'amd64' } },
    { ...other('attestation'), platform: { os: 'unknown', architecture: 'unknown' } },
  ];
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
}

/** The release with public names; the lifecycle by its index's digest, as kpack's own release has it. */
function publicRelease(yaml: string, layout: OciLayout, indexes: ReadonlyMap<string, string>): string {
  return findReferences(yaml).reduce((text, { text: from }) => {
    const image = layout.image(from);
    const { repository } = publicName(image.name);
    const digest = repository.endsWith('/lifecycle') ? indexes.get(image.name) : image.descriptor.digest;
    return text.replaceAll(from, `${repository}@${digest ?? ''}`);
  }, yaml);
}

async function filesOf(bundle: BundleManifest, members: Members, release: string): Promise<Map<string, Buffer>> {
  const [os = '', arch = ''] = bundle.platform.split('/');
  const kind = `kind-${os}-${arch}`;
  const base = `kind.sigs.k8s.io/dl/${bundle.kind.version}/${kind}`;
  const chunks: Buffer[] = [];
  for await (const chunk of await members.read(bundle.kind.file.path)) chunks.push(chunk as Buffer);
  const { version } = bundle.kpack;
  return new Map([
    [base, Buffer.concat(chunks)],
    [`${base}.sha256sum`, Buffer.from(`${bundle.kind.file.sha256}  ${kind}\n`)],
    [
      `github.com/buildpacks-community/kpack/releases/download/v${version}/release-${version}.yaml`,
      Buffer.from(release),
    ],
  ]);
}

function pinsOf(bundle: BundleManifest, digest: (name: string) => string): Pins {
  const image = (name: string) => ({ image: publicName(name).full, digest: digest(name), source: readAt });
  const { kind, node, registry, kpack } = bundle;
  const url = `https://kind.sigs.k8s.io/dl/${kind.version}/kind-{os}-{arch}`;
  return {
    kind: { version: kind.version, url, checksumUrl: `${url}.sha256sum`, source: readAt },
    nodes: [{ kubernetes: node.kubernetes, cgroups: [1, 2], ...image(node.image) }],
    registry: { version: publicName(registry.image).tag, ...image(registry.image) },
    kpack: {
      version: kpack.version,
      url: `https://github.com/buildpacks-community/kpack/releases/download/v${kpack.version}/release-${kpack.version}.yaml`,
      sha256: '',
      source: readAt,
      platform: 'linux/amd64',
      platformSource: readAt,
    },
    // Stacks are pinned by tag only, as in the real versions.json.
    stacks: bundle.stacks.map(({ name, id, build, run }) => ({
      name,
      id,
      build: { image: publicName(build).full },
      run: { image: publicName(run).full },
      source: readAt,
    })),
    store: { name: bundle.store.name, buildpackages: bundle.store.buildpackages.map(image) },
    builders: bundle.builders.map((builder) => ({ ...builder, source: readAt })),
  };
}
