import { join } from 'node:path';
import { rangeOf } from '../registry/answers.ts';
import { RegistryClient } from '../registry/client.ts';
import { RegistryError } from '../registry/errors.ts';
import { answerError, Http, readAll, type Endpoints } from '../registry/http.ts';
import { imageOf, parseManifest } from '../registry/image.ts';
import { blobsOf, type Descriptor, type OciImage, type OnProgress } from '../registry/oci.ts';
import { forEachParallel } from '../registry/parallel.ts';
import { formatReference, parseReference, type Reference } from '../registry/reference.ts';
import { retrying, type RetryOptions } from '../registry/retry.ts';
import { BlobStore, type OpenAt } from './blob-store.ts';
import { ResolvedRecord, type ResolvedImage } from './resolved.ts';

const parallel = 3;
const maxText = 16 * 1024 * 1024;

/** An image to fetch: its name, the digest if it is pinned, and the platform it is wanted for. */
export interface WantedImage {
  /** Full name with tag, or with digest where there is no tag. */
  readonly name: string;
  readonly digest: string | null;
  readonly platform: string;
}

/** Files and images from the internet, kept in a folder: fetched once, continued after a break, checked always. */
export class Downloads {
  readonly store: BlobStore;
  readonly record: ResolvedRecord;
  readonly #http: Http;
  readonly #retry: RetryOptions;
  readonly #clients = new Map<string, RegistryClient>();

  constructor(folder: string, endpoints: Endpoints, retry: RetryOptions) {
    this.store = new BlobStore(join(folder, 'blobs'), retry);
    this.record = new ResolvedRecord(join(folder, 'resolved.json'));
    this.#http = new Http({ endpoints });
    this.#retry = retry;
  }

  /** A small text. Throws RegistryError. */
  text(url: string, signal: AbortSignal): Promise<string> {
    return retrying(this.#retry, signal, async () => {
      const response = await this.#http.send({ method: 'GET', url, signal });
      if (response.status !== 200) throw await answerError(response, url);
      return (await readAll(response.body, maxText)).toString('utf8');
    });
  }

  /** Downloads a file into the store unless it is there. Throws RegistryError, BundleError `disk-full`. */
  async file(url: string, sha256: string, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
    const wanted = { digest: `sha256:${sha256}`, size: null };
    await this.store.download(wanted, this.#openFile(url), (done, total) => onProgress({ done, total }), signal);
  }

  /**
   * The image as it was resolved before, else as the registry has it now; that is recorded. Its manifest is on this
   * machine afterwards, its blobs are fetched when they are read or by `fetch`.
   */
  async image(wanted: WantedImage, signal: AbortSignal): Promise<OciImage> {
    const known = await this.known(wanted);
    return known ?? this.#resolve(wanted, signal);
  }

  /** The image if it was resolved before and its manifest is still here; asks no server. */
  async known(wanted: WantedImage): Promise<OciImage | null> {
    const before = await this.record.image(wanted.name, wanted.platform);
    const pinned = wanted.digest;
    if (before === null || (pinned !== null && pinned !== before.digest && pinned !== before.indexDigest)) return null;
    if ((await this.store.size(before.digest)) !== before.size) return null;
    try {
      const bytes = await readAll(await this.store.read(before), maxText);
      return this.#image(wanted.name, before, bytes);
    } catch (error) {
      if (error instanceof RegistryError && error.kind === 'checksum') return null;
      throw error;
    }
  }

  /** All blobs of the image are on this machine. */
  async complete(image: OciImage): Promise<boolean> {
    for (const blob of blobsOf(image.manifest)) if ((await this.store.size(blob.digest)) !== blob.size) return false;
    return true;
  }

  /** Fetches all blobs of an image; progress counts the bytes of all of them. */
  async fetch(image: OciImage, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
    const done = new Map<string, number>();
    const report = () =>
      onProgress({ done: [...done.values()].reduce((sum, bytes) => sum + bytes, 0), total: image.size });
    report();
    await forEachParallel(blobsOf(image.manifest), parallel, signal, async (blob, stop) => {
      const onBytes = (bytes: number) => {
        done.set(blob.digest, bytes);
        report();
      };
      await this.store.download(blob, this.#openBlob(parseReference(image.name), blob), onBytes, stop);
    });
  }

  async dispose(): Promise<void> {
    await this.#http.dispose();
  }

  async #resolve(wanted: WantedImage, signal: AbortSignal): Promise<OciImage> {
    const reference = { ...parseReference(wanted.name), digest: wanted.digest };
    const client = this.#client(reference.registry);
    const { platform } = wanted;
    const resolved = await retrying(this.#retry, signal, () => client.resolve(reference, { platform, signal }));
    const { mediaType, digest, size, indexDigest, bytes } = resolved;
    const image = { mediaType, digest, size, indexDigest, resolvedAt: new Date().toISOString() };
    parseManifest(bytes, formatReference(reference));
    await this.store.put(digest, bytes);
    await this.record.setImage(wanted.name, platform, image);
    return this.#image(wanted.name, image, bytes);
  }

  #image(name: string, { mediaType, digest, size }: ResolvedImage, bytes: Uint8Array): OciImage {
    const reference = parseReference(name);
    const never = new AbortController().signal;
    return imageOf(name, { mediaType, digest, size }, bytes, parseManifest(bytes, name), async (blob, signal) => {
      await this.store.download(blob, this.#openBlob(reference, blob), () => undefined, signal ?? never);
      return this.store.read(blob);
    });
  }

  #openBlob(reference: Reference, blob: Descriptor): OpenAt {
    const client = this.#client(reference.registry);
    return (offset, signal) => client.blob(reference.repository, blob.digest, { offset, signal });
  }

  #openFile(url: string): OpenAt {
    return async (offset, signal) => {
      const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
      const response = await this.#http.send({ method: 'GET', url, headers, signal });
      if (response.status !== 200 && response.status !== 206) throw await answerError(response, url);
      return rangeOf(response);
    };
  }

  #client(registry: string): RegistryClient {
    const client = this.#clients.get(registry) ?? new RegistryClient({ registry, http: this.#http });
    this.#clients.set(registry, client);
    return client;
  }
}
