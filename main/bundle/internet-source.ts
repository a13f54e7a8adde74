import { join } from 'node:path';
import { readAll, type Endpoints } from '../registry/http.ts';
import { blobsOf, type OciImage, type OnProgress } from '../registry/oci.ts';
import { forEachParallel } from '../registry/parallel.ts';
import { formatReference, normalise, parseReference, referenceProblem } from '../registry/reference.ts';
import { defaultRetry, type RetryOptions } from '../registry/retry.ts';
import { RegistryError } from '../registry/errors.ts';
import { Downloads, type WantedImage } from './downloads.ts';
import { BundleError } from './errors.ts';
import { installExecutable, kindName, sha256Of } from './executable.ts';
import { pinned, type PinnedImage, type Pins } from './pins.ts';
import { findReferences } from './rewrite.ts';
import type { Machine, Source, SourceInfo, SourceItem, SourceItemId } from './source.ts';

export interface InternetOptions {
  /** Our own folders: programs, and what was downloaded. */
  readonly paths: { readonly bin: string; readonly cache: string };
  readonly machine: Machine;
  /** For tests: stand-ins for the real hosts, other pins, no waiting. */
  readonly endpoints?: Endpoints;
  readonly pins?: Pins;
  readonly retry?: RetryOptions;
}

/**
 * Everything from where upstream publishes it, in the versions of resources/versions.json. What has no pinned digest is
 * resolved once and recorded in `<cache>/resolved.json`. The cache may be deleted at any time.
 */
export class InternetSource implements Source {
  readonly #pins: Pins;
  readonly #machine: Machine;
  readonly #paths: InternetOptions['paths'];
  readonly #downloads: Downloads;
  readonly #node: Pins['nodes'][number];

  /** Throws BundleError `invalid` when no pinned node image runs on the machine. */
  constructor(options: InternetOptions) {
    this.#pins = options.pins ?? pinned();
    this.#machine = options.machine;
    this.#paths = options.paths;
    this.#downloads = new Downloads(options.paths.cache, options.endpoints ?? {}, options.retry ?? defaultRetry);
    const node = this.#pins.nodes.find((entry) => entry.cgroups.includes(options.machine.cgroup));
    if (node === undefined) throw new BundleError('invalid', 'nodes', 'No pinned node image runs on this machine');
    this.#node = node;
  }

  async describe(): Promise<SourceInfo> {
    const { kind, kpack, stacks, store, builders, registry } = this.#pins;
    const host = (url: string) => new URL(url).host;
    const images = async (
      id: SourceItemId,
      version: string,
      wanted: readonly WantedImage[] | null,
    ): Promise<SourceItem> => {
      const from = wanted?.[0] === undefined ? 'ghcr.io' : parseReference(wanted[0].name).registry;
      return { id, version, from, ...(await this.#measure(wanted)) };
    };
    const kindPresent = (await this.#installedKind()) !== null;
    return {
      kind: 'internet',
      title: 'internet',
      platform: `${this.#machine.os}/${this.#machine.arch}`,
      versions: { kind: kind.version, kubernetes: this.#node.kubernetes, kpack: kpack.version },
      node: normalise(this.#node.image),
      registry: normalise(registry.image),
      stacks: stacks.map(({ name, id, build, run }) => ({
        name,
        id,
        build: normalise(build.image),
        run: normalise(run.image),
      })),
      store: { name: store.name, buildpackages: store.buildpackages.map(({ image }) => normalise(image)) },
      builders: builders.map(({ name, stack, order }) => ({ name, stack, order })),
      items: [
        { id: 'kind', version: kind.version, from: host(kind.url), bytes: null, present: kindPresent },
        await images('node', this.#node.kubernetes, [this.#engineImage(this.#node)]),
        await images('registry', registry.version, [this.#engineImage(registry)]),
        await images('kpack', kpack.version, await this.#kpackImages()),
        await images(
          'stack',
          stacks.map(({ run }) => parseReference(run.image).tag ?? '').join(', '),
          this.#stackImages(),
        ),
        await images('buildpacks', String(store.buildpackages.length), this.#buildpackages()),
      ],
    };
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.kpackRelease(signal);
    const wanted = [
      this.#engineImage(this.#node),
      this.#engineImage(this.#pins.registry),
      ...(await this.#local(signal)),
    ];
    await forEachParallel(wanted, 4, signal, async (image, stop) => {
      await this.#downloads.image(image, stop);
    });
  }

  async kindBinary(onProgress: OnProgress, signal: AbortSignal): Promise<string> {
    const installed = await this.#installedKind();
    if (installed !== null) return installed;
    const { url, checksumUrl, version } = this.#kind();
    const sha256 = parseChecksum(await this.#downloads.text(checksumUrl, signal), url);
    await this.#downloads.file(url, sha256, onProgress, signal);
    const { store, record } = this.#downloads;
    const content = await store.read({ digest: `sha256:${sha256}`, size: null });
    const path = await installExecutable(this.#paths.bin, kindName(version, this.#machine.os), content, signal);
    await record.setFile(url, { sha256, checksumFrom: checksumUrl, resolvedAt: new Date().toISOString() });
    await store.remove(`sha256:${sha256}`);
    return path;
  }

  async kpackRelease(signal: AbortSignal): Promise<string> {
    const { url, sha256 } = this.#pins.kpack;
    await this.#downloads.file(url, sha256, () => undefined, signal);
    return this.#readRelease();
  }

  async images(signal: AbortSignal): Promise<readonly string[]> {
    return (await this.#local(signal)).map((image) => image.name);
  }

  async image(nameOrDigest: string, signal: AbortSignal): Promise<OciImage> {
    const fits = matcher(nameOrDigest);
    const own = [
      this.#engineImage(this.#node),
      this.#engineImage(this.#pins.registry),
      ...this.#stackImages(),
      ...this.#buildpackages(),
    ];
    const wanted =
      own.find(fits) ?? (await this.#local(signal)).find(fits) ?? (await this.#byResolvedDigest(nameOrDigest, own));
    if (wanted === null)
      throw new BundleError('unknown-image', nameOrDigest, `${nameOrDigest} is not among the pinned images`);
    return this.#downloads.image(wanted, signal);
  }

  fetch(image: OciImage, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
    return this.#downloads.fetch(image, onProgress, signal);
  }

  async dispose(): Promise<void> {
    await this.#downloads.dispose();
  }

  /** The images for the local registry; reads kpack's from its release, fetching that if need be. */
  async #local(signal: AbortSignal): Promise<readonly WantedImage[]> {
    await this.kpackRelease(signal);
    return [...((await this.#kpackImages()) ?? []), ...this.#stackImages(), ...this.#buildpackages()];
  }

  /** kpack's own images, null when the release was not downloaded yet. */
  async #kpackImages(): Promise<readonly WantedImage[] | null> {
    if ((await this.#downloads.store.size(`sha256:${this.#pins.kpack.sha256}`)) === null) return null;
    const found = findReferences(await this.#readRelease()).map(({ reference }) => reference);
    const images = found.map((reference) => this.#workload(formatReference(reference), reference.digest));
    return [...new Map(images.map((image) => [image.name, image])).values()];
  }

  #stackImages(): readonly WantedImage[] {
    const images = this.#pins.stacks.flatMap((stack) => [stack.build, stack.run]);
    return images.map((image) => this.#pinnedImage(image));
  }

  #buildpackages(): readonly WantedImage[] {
    return this.#pins.store.buildpackages.map((image) => this.#pinnedImage(image));
  }

  #pinnedImage(image: PinnedImage): WantedImage {
    return this.#workload(normalise(image.image), image.digest ?? null);
  }

  /** An image that kpack runs or builds with. */
  #workload(name: string, digest: string | null): WantedImage {
    return { name, digest, platform: this.#pins.kpack.platform };
  }

  /** An image that the engine runs itself. */
  #engineImage({ image, digest }: { readonly image: string; readonly digest: string }): WantedImage {
    return { name: normalise(image), digest, platform: `linux/${this.#machine.arch}` };
  }

  async #byResolvedDigest(digest: string, images: readonly WantedImage[]): Promise<WantedImage | null> {
    const all = [...images, ...((await this.#kpackImages()) ?? [])];
    for (const wanted of all) if ((await this.#downloads.known(wanted))?.descriptor.digest === digest) return wanted;
    return null;
  }

  /** Sizes as far as they are known without asking. */
  async #measure(wanted: readonly WantedImage[] | null): Promise<{ bytes: number | null; present: boolean }> {
    const known = await Promise.all((wanted ?? []).map((image) => this.#downloads.known(image)));
    const images = known.filter((image) => image !== null);
    if (wanted === null || images.length < wanted.length) return { bytes: null, present: false };
    const blobs = new Map(images.flatMap((image) => blobsOf(image.manifest)).map((blob) => [blob.digest, blob.size]));
    const complete = await Promise.all(images.map((image) => this.#downloads.complete(image)));
    return { bytes: [...blobs.values()].reduce((sum, size) => sum + size, 0), present: complete.every(Boolean) };
  }

  async #readRelease(): Promise<string> {
    const content = await this.#downloads.store.read({ digest: `sha256:${this.#pins.kpack.sha256}`, size: null });
    return (await readAll(content, 16 * 1024 * 1024)).toString('utf8');
  }

  /** Path of the kind program when it is installed and is what upstream's checksum said. */
  async #installedKind(): Promise<string | null> {
    const { url, version } = this.#kind();
    const path = join(this.#paths.bin, kindName(version, this.#machine.os));
    const recorded = await this.#downloads.record.file(url);
    return recorded !== null && (await sha256Of(path)) === recorded.sha256 ? path : null;
  }

  #kind(): { readonly version: string; readonly url: string; readonly checksumUrl: string } {
    const { version, url, checksumUrl } = this.#pins.kind;
    const fill = (text: string) => text.replace('{os}', this.#machine.os).replace('{arch}', this.#machine.arch);
    return { version, url: fill(url), checksumUrl: fill(checksumUrl) };
  }
}

/** Reads `<hex>  <name>` lines as sha256sum writes them. Throws RegistryError `checksum` when our file is not listed. */
export function parseChecksum(text: string, url: string): string {
  const name = url.slice(url.lastIndexOf('/') + 1);
  for (const line of text.split('\n')) {
    const [, hex, file] = /^([a-f0-9]{64})\s+\*?(\S+)\s*$/.exec(line) ?? [];
    if (hex !== undefined && file?.slice(file.lastIndexOf('/') + 1) === name) return hex;
  }
  throw new RegistryError('checksum', `The published checksums say nothing of ${name}`, { url });
}

/** Does a wanted image answer to a name or digest? A digest decides over a tag. */
function matcher(nameOrDigest: string): (image: WantedImage) => boolean {
  if (referenceProblem(nameOrDigest) !== null || nameOrDigest.startsWith('sha256:'))
    return (image) => image.digest === nameOrDigest;
  const { digest, ...named } = parseReference(nameOrDigest);
  const name = formatReference({ ...named, digest: null });
  return (image) => {
    const same = parseReference(image.name);
    const sameRepository = same.registry === named.registry && same.repository === named.repository;
    return digest === null ? image.name === name : sameRepository && image.digest === digest;
  };
}
