import type { OciImage, OnProgress } from '../registry/oci.ts';

/** The machine a source is asked for. */
export interface Machine {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  /** cgroup version of the engine (`docker info`): Kubernetes 1.35 and newer refuse version 1. */
  readonly cgroup: 1 | 2;
}

export interface Stack {
  readonly name: string;
  readonly id: string;
  /** Full names of the images. */
  readonly build: string;
  readonly run: string;
}

export interface Store {
  readonly name: string;
  readonly buildpackages: readonly string[];
}

export interface Builder {
  readonly name: string;
  /** Name of the stack. */
  readonly stack: string;
  readonly order: readonly (readonly BuildpackRef[])[];
}
export interface BuildpackRef {
  readonly id: string;
  readonly version?: string;
  readonly optional?: boolean;
}

export type SourceItemId = 'kind' | 'node' | 'registry' | 'kpack' | 'stack' | 'buildpacks' | 'extras';

/** One thing a source brings, for the plan that people see before anything happens. */
export interface SourceItem {
  readonly id: SourceItemId;
  readonly version: string;
  /** A host, or the bundle's title. */
  readonly from: string;
  /** Bytes to read or fetch, null where that is not known before. Layers shared with an earlier item may count there only. */
  readonly bytes: number | null;
  /** All of it is in our own folder already. */
  readonly present: boolean;
}

export interface SourceInfo {
  readonly kind: 'internet' | 'bundle';
  readonly title: string;
  /** Where the cluster's own parts run, such as `linux/amd64`. */
  readonly platform: string;
  readonly versions: { readonly kind: string; readonly kubernetes: string; readonly kpack: string };
  /** Full name of the kind node image and of the registry's image: they are loaded into the engine. */
  readonly node: string;
  readonly registry: string;
  readonly stacks: readonly Stack[];
  readonly store: Store;
  readonly builders: readonly Builder[];
  readonly items: readonly SourceItem[];
}

/**
 * Where programs and images come from. Methods throw BundleError, RegistryError (internet only) or the signal's
 * reason. Images of a source are for one platform each.
 */
export interface Source {
  /** What it has. Asks no server: the internet source knows sizes only of what `prepare` or an earlier run has seen. */
  describe(): Promise<SourceInfo>;
  /** Resolves every tag to a digest, so that `describe` knows all sizes. Nothing to do for a bundle. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Puts the verified kind program into `Paths.bin` and gives back its path. Does nothing when it is there. */
  kindBinary(onProgress: OnProgress, signal: AbortSignal): Promise<string>;
  /** The kpack release YAML, unchanged. */
  kpackRelease(signal: AbortSignal): Promise<string>;
  /** Names of all images that belong into the local registry: kpack's, the stacks', the buildpackages, extras. */
  images(signal: AbortSignal): Promise<readonly string[]>;
  /** An image by full name or by digest. Throws BundleError `unknown-image`. */
  image(nameOrDigest: string, signal: AbortSignal): Promise<OciImage>;
  /** Brings all blobs of an image onto this machine (a bundle has them). Reading them afterwards needs no network. */
  fetch(image: OciImage, onProgress: OnProgress, signal: AbortSignal): Promise<void>;
  dispose(): Promise<void>;
}
