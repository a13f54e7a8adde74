import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InternetSource } from '../../main/bundle/internet-source.ts';
import { RegistryError } from '../../main/registry/errors.ts';
import { Standin, type SeenRequest } from './standin.ts';
import { writeTinyBundle, type TinyBundle } from './tiny-bundle.ts';

export const machine = { os: 'linux', arch: 'amd64', cgroup: 2 } as const;

/** For progress that nobody looks at. */
export function quiet(): void {
  return;
}

/** A tiny bundle on a stand-in for the internet, and sources that fetch from it into a temporary folder. */
export class Testbed {
  readonly root: string;
  readonly bundle: TinyBundle;
  readonly standin: Standin;
  /** Pauses between tries, in milliseconds; nobody really waits. */
  readonly waits: number[] = [];
  readonly #open: InternetSource[] = [];

  private constructor(root: string, bundle: TinyBundle, standin: Standin) {
    this.root = root;
    this.bundle = bundle;
    this.standin = standin;
  }

  static async start(): Promise<Testbed> {
    const root = await mkdtemp(join(tmpdir(), 'internet-source-'));
    const bundle = await writeTinyBundle(join(root, 'bundle'), { layerBytes: 600_000 });
    return new Testbed(root, bundle, await Standin.start(bundle.folder));
  }

  /** A source as a new process would open it. */
  open(changes: Partial<ConstructorParameters<typeof InternetSource>[0]> = {}): InternetSource {
    const wait = (ms: number) => {
      this.waits.push(ms);
      return Promise.resolve();
    };
    const source = new InternetSource({
      paths: { bin: join(this.root, 'bin'), cache: join(this.root, 'cache') },
      machine,
      endpoints: this.standin.endpoints,
      pins: this.standin.pins,
      retry: { attempts: 4, pauseMs: 1000, maxPauseMs: 60_000, wait },
      ...changes,
    });
    this.#open.push(source);
    return source;
  }

  /** Requests for blobs of Docker Hub. */
  blobRequests(): readonly SeenRequest[] {
    return this.standin.requests.filter(({ path }) => path.startsWith('cdn.example/'));
  }

  async dispose(): Promise<void> {
    for (const source of this.#open) await source.dispose();
    await this.standin.close();
    await rm(this.root, { recursive: true });
  }
}

/** The RegistryError that work ends with; an error of another kind, or none, fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<RegistryError> {
  const ended: unknown = await work.catch((error: unknown) => error);
  if (!(ended instanceof RegistryError)) throw new Error('It did not end with a RegistryError', { cause: ended });
  return ended;
}
