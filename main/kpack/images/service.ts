import type {
  GitReferences,
  ImageCheck,
  ImageDefaults,
  ImageDetail,
  ImageDraft,
  ImageRow,
} from '../../../preload/contract/images.ts';
import type { LiveList, ObjectName } from '../../../preload/contract/live.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { kinds } from '../../kubernetes/resources.ts';
import type { BuildRecords } from '../../storage/build-records.ts';
import type { Inquiry } from '../builds/inquiry.ts';
import { checkDraft, type Surroundings } from '../check/draft.ts';
import { checkGitUrl } from '../check/git-url.ts';
import { sorted } from '../check/problems.ts';
import { imageResource } from '../check/resource.ts';
import { ReferenceReader } from '../git/reader.ts';
import { asking, Refused } from '../refused.ts';
import type { Image } from '../types.ts';
import { buildOnce } from './build-again.ts';
import { refusedDraft } from './create.ts';
import { imageDefaults } from './defaults.ts';
import { referencesOrRefused } from './references.ts';
import { removalOf } from './removal.ts';
import { ImageTable, type TableOptions } from './table.ts';
import { watchImage } from './watch-one.ts';

export interface ImagesOptions extends TableOptions {
  readonly client: KubernetesClient;
  readonly records: BuildRecords;
  readonly inquiry: Inquiry;
  /** `host:port` of the local registry as the cluster knows it; null when there is none. */
  readonly registryAddress: () => Promise<string | null>;
  /** An address of this machine that pods can reach; null when none is known. */
  readonly hostAddress: () => Promise<string | null>;
}

/** A form is checked while somebody types: a slow repository must not hold up what is known of the rest. */
const patience = 3_000;

/** The requests about images. Errors: `Refused`. */
export class Images {
  readonly #options: ImagesOptions;
  readonly #table: ImageTable;
  readonly #reader = new ReferenceReader();

  constructor(options: ImagesOptions) {
    this.#options = options;
    this.#table = new ImageTable(options);
  }

  start(): void {
    this.#table.start();
  }

  dispose(): void {
    this.#table.dispose();
    this.#reader.dispose();
  }

  watch(signal?: AbortSignal): AsyncIterable<LiveList<ImageRow>> {
    return this.#table.watch(signal);
  }

  /** An image's row now, null when there is no such image. */
  row({ namespace, name }: ObjectName): ImageRow | null {
    return this.#table.row(namespace, name);
  }

  /** One image at each change. Ends with NOT_FOUND when there is none, or when it is deleted. */
  watchOne(name: ObjectName, signal?: AbortSignal): AsyncIterable<ImageDetail> {
    return watchImage({ ...this.#options, table: this.#table }, name, signal);
  }

  async defaults(): Promise<ImageDefaults> {
    const [namespaces, registry] = await Promise.all([this.#namespaces(), this.#options.registryAddress()]);
    return imageDefaults(namespaces ?? [], registry, this.#options.world.builders());
  }

  /** Checks a draft. Waits at most three seconds for the repository; answers are remembered for a moment. */
  async check(draft: ImageDraft): Promise<ImageCheck> {
    return checkDraft(draft, await this.#surroundings(draft));
  }

  /** Creates the image. INVALID names the first bad field, CONFLICT a name that is taken. */
  async create(draft: ImageDraft): Promise<ObjectName> {
    const { errors } = await this.check(draft);
    const [first] = errors;
    if (first) throw new Refused('INVALID', first.cause, { field: first.field, fixes: first.fixes });
    try {
      await this.#options.client.create<Image>(kinds.image, imageResource(draft));
    } catch (error) {
      throw refusedDraft(error, draft);
    }
    return { namespace: draft.namespace, name: draft.name };
  }

  /** Builds again, reason TRIGGER; makes kpack look at a repository again that it has given up. The new build's name, null when it is not there yet. */
  build(name: ObjectName): Promise<{ build: string | null }> {
    const parts = this.#known(name);
    return asking(() => buildOnce(this.#options.client, this.#options.world, this.#table.parts(parts)));
  }

  removal(name: ObjectName): Promise<{ builds: number; logs: number; tags: string[]; cache: string }> {
    return asking(async () => {
      const image = await this.#options.client.get<Image>(kinds.image, name);
      return removalOf(image, this.#options.world.builds(name.namespace, name.name), this.#options.records);
    });
  }

  async remove(name: ObjectName): Promise<{ removed: true }> {
    await asking(() => this.#options.client.delete(kinds.image, name));
    return { removed: true };
  }

  /** Branches and tags. INVALID (field gitUrl), FORBIDDEN when it asks for an account, UNREACHABLE. */
  async references(url: string): Promise<GitReferences> {
    const { errors } = sorted(checkGitUrl(url, await this.#options.hostAddress()));
    const [first] = errors;
    if (first) throw new Refused('INVALID', first.cause, { field: 'gitUrl', fixes: first.fixes });
    return referencesOrRefused(await this.#reader.read(url, true));
  }

  #known(name: ObjectName) {
    const image = this.#options.world.image(name.namespace, name.name);
    if (!image) throw new Refused('NOT_FOUND', { key: 'builds.backend_no_image', params: { image: name.name } });
    return image;
  }

  async #surroundings(draft: ImageDraft): Promise<Surroundings> {
    const { world, registryAddress, hostAddress } = this.#options;
    const host = await hostAddress();
    const usable = sorted(checkGitUrl(draft.gitUrl, host)).errors.length === 0;
    const [namespaces, registry, references] = await Promise.all([
      this.#namespaces(),
      registryAddress(),
      usable ? this.#reader.readSoon(draft.gitUrl, patience) : null,
    ]);
    const builders = world.builders();
    return {
      images: [...world.images()],
      builders: world.buildersKnown ? builders : null,
      namespaces,
      tagPrefix: imageDefaults([], registry, builders).tagPrefix,
      hostAddress: host,
      references,
    };
  }

  /** Null when the cluster does not answer: nothing can be said about namespaces then. */
  async #namespaces(): Promise<string[] | null> {
    try {
      const { items } = await this.#options.client.list(kinds.namespace, { timeoutMs: 3_000 });
      return items.flatMap((each) => each.metadata?.name ?? []);
    } catch {
      return null;
    }
  }
}
