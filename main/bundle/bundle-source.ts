import { join } from 'node:path';
import { Transform, pipeline, type Readable } from 'node:stream';
import { blobsOf, type OciImage, type OnProgress } from '../registry/oci.ts';
import { normalise } from '../registry/reference.ts';
import { readAll } from '../registry/http.ts';
import { BundleError } from './errors.ts';
import { installExecutable, kindName, sha256Of } from './executable.ts';
import { OciLayout, readText, readVerified } from './layout.ts';
import { parseBundleManifest, requirePlatform, type BundleFile, type BundleManifest } from './manifest.ts';
import { openMembers, type Members } from './members.ts';
import type { Machine, Source, SourceInfo, SourceItem, SourceItemId } from './source.ts';

const maxRelease = 16 * 1024 * 1024;

/** Everything from a bundle: a folder or a tar file in the format of README.md. It needs no network. */
export class BundleSource implements Source {
  readonly #bundle: BundleManifest;
  readonly #members: Members;
  readonly #layout: OciLayout;
  readonly #bin: string;
  readonly #machine: Machine;

  private constructor(bundle: BundleManifest, members: Members, layout: OciLayout, bin: string, machine: Machine) {
    this.#bundle = bundle;
    this.#members = members;
    this.#layout = layout;
    this.#bin = bin;
    this.#machine = machine;
  }

  /**
   * Opens a bundle and looks whether all that it lists is in it (checksums are checked when content is read). Throws BundleError.
   */
  static async open(path: string, bin: string, machine: Machine): Promise<BundleSource> {
    const members = await openMembers(path);
    try {
      if ((await members.size('bundle.json')) === null) {
        throw new BundleError('not-a-bundle', path, `${path} has no bundle.json`);
      }
      const bundle = parseBundleManifest(await readText(members, 'bundle.json'));
      requirePlatform(bundle, `${machine.os}/${machine.arch}`);
      for (const file of [bundle.kind.file, bundle.kpack.release]) await requireFile(members, file);
      const layout = await OciLayout.open(members, `linux/${machine.arch}`);
      for (const name of namesIn(bundle)) requireImage(layout, name);
      return new BundleSource(bundle, members, layout, bin, machine);
    } catch (error) {
      await members.close();
      throw error;
    }
  }

  async describe(): Promise<SourceInfo> {
    const bundle = this.#bundle;
    const extras = new Set(this.#names().filter((name) => !namesIn({ ...bundle, extras: [] }).includes(name)));
    const installed = await sha256Of(this.#kindPath());
    const counted = new Set<string>();
    const item = (id: SourceItemId, version: string, bytes: number, present = false): SourceItem => {
      return { id, version, from: bundle.title, bytes, present };
    };
    const images = (id: SourceItemId, version: string, names: readonly string[]) =>
      item(id, version, this.#bytes(names, counted));
    const stacks = bundle.stacks.flatMap((stack) => [stack.build, stack.run]);
    const kpack = this.#names().filter((name) => extras.has(name) && !bundle.extras.map(normalise).includes(name));
    return {
      kind: 'bundle',
      title: bundle.title,
      platform: bundle.platform,
      versions: { kind: bundle.kind.version, kubernetes: bundle.node.kubernetes, kpack: bundle.kpack.version },
      node: normalise(bundle.node.image),
      registry: normalise(bundle.registry.image),
      stacks: bundle.stacks,
      store: bundle.store,
      builders: bundle.builders,
      items: [
        item('kind', bundle.kind.version, bundle.kind.file.size, installed === bundle.kind.file.sha256),
        images('node', bundle.node.kubernetes, [bundle.node.image]),
        images('registry', versionOf(bundle.registry.image), [bundle.registry.image]),
        images('kpack', bundle.kpack.version, kpack),
        images('stack', bundle.stacks.map((stack) => versionOf(stack.run)).join(', '), stacks),
        images('buildpacks', String(bundle.store.buildpackages.length), bundle.store.buildpackages),
        ...(bundle.extras.length === 0 ? [] : [images('extras', String(bundle.extras.length), bundle.extras)]),
      ],
    };
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async kindBinary(onProgress: OnProgress, signal: AbortSignal): Promise<string> {
    const { file, version } = this.#bundle.kind;
    const path = this.#kindPath();
    if ((await sha256Of(path)) === file.sha256) {
      onProgress({ done: file.size, total: file.size });
      return path;
    }
    const content = metered(await this.#file(file), file.size, onProgress);
    return installExecutable(this.#bin, kindName(version, this.#machine.os), content, signal);
  }

  async kpackRelease(): Promise<string> {
    return (await readAll(await this.#file(this.#bundle.kpack.release), maxRelease)).toString('utf8');
  }

  /** All images of the bundle but the node's and the registry's own: those are loaded into the engine. */
  images(): Promise<readonly string[]> {
    return Promise.resolve(this.#names());
  }

  image(nameOrDigest: string): Promise<OciImage> {
    return new Promise((resolve) => {
      resolve(this.#layout.image(nameOrDigest));
    });
  }

  fetch(image: OciImage, onProgress: OnProgress): Promise<void> {
    onProgress({ done: image.size, total: image.size });
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    await this.#layout.dispose();
  }

  #kindPath(): string {
    return join(this.#bin, kindName(this.#bundle.kind.version, this.#machine.os));
  }

  #names(): readonly string[] {
    const engine = [this.#bundle.node.image, this.#bundle.registry.image].map(normalise);
    return this.#layout.names.filter((name) => !engine.includes(name));
  }

  /** Bytes of some images' blobs, without those that were counted for others before. */
  #bytes(names: readonly string[], counted: Set<string>): number {
    const blobs = names.flatMap((name) => blobsOf(this.#layout.image(name).manifest));
    const sizes = blobs.map(({ digest, size }) => {
      if (counted.has(digest)) return 0;
      counted.add(digest);
      return size;
    });
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  #file(file: BundleFile): Promise<Readable> {
    return readVerified(this.#members, file.path, { digest: `sha256:${file.sha256}`, size: file.size });
  }
}

/** Every image that bundle.json names, in full. */
function namesIn(bundle: BundleManifest): string[] {
  const stacks = bundle.stacks.flatMap((stack) => [stack.build, stack.run]);
  const all = [bundle.node.image, bundle.registry.image, ...stacks, ...bundle.store.buildpackages, ...bundle.extras];
  return all.map(normalise);
}

function versionOf(image: string): string {
  return /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? '';
}

async function requireFile(members: Members, file: BundleFile): Promise<void> {
  const size = await members.size(file.path);
  if (size === null) throw new BundleError('incomplete', file.path, `The bundle has no ${file.path}`);
  if (size !== file.size)
    throw new BundleError('corrupt', file.path, `${file.path} has ${size} bytes, not ${file.size}`);
}

function requireImage(layout: OciLayout, name: string): void {
  try {
    layout.image(name);
  } catch (cause) {
    throw new BundleError('incomplete', name, `bundle.json names ${name}, but the bundle has no such image`, { cause });
  }
}

function metered(source: Readable, total: number, onProgress: OnProgress): Readable {
  let done = 0;
  const meter = new Transform({
    transform: (chunk: Buffer, _encoding, next) => {
      done += chunk.length;
      onProgress({ done, total });
      next(null, chunk);
    },
  });
  pipeline(source, meter, () => {
    // The reader sees the error: pipeline has destroyed `meter` with it.
  });
  return meter;
}
