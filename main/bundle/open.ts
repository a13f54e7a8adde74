import type { Paths } from '../storage/paths.ts';
import type { Machine, Source } from './source.ts';

/** Base URL by host name; a host that is not in the table is reached at `https://<host>`. */
export type Endpoints = Readonly<Record<string, string>>;

export interface OpenSourceOptions {
  readonly source: { readonly kind: 'internet' } | { readonly kind: 'bundle'; readonly path: string };
  readonly paths: Pick<Paths, 'bin' | 'cache'>;
  readonly machine: Machine;
  /** For tests only: stand-ins for the real hosts. */
  readonly endpoints?: Endpoints;
}

/** Opens the source that the setup options name. Throws BundleError. Dispose it after use. */
export function openSource(_options: OpenSourceOptions): Promise<Source> {
  return Promise.reject(new Error('not yet'));
}
