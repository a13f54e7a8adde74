import { BundleSource } from './bundle-source.ts';
import { InternetSource, type InternetOptions } from './internet-source.ts';
import type { Source } from './source.ts';

export type { Endpoints } from '../registry/http.ts';

export interface OpenSourceOptions extends InternetOptions {
  readonly source: { readonly kind: 'internet' } | { readonly kind: 'bundle'; readonly path: string };
}

/** Opens the source that the setup options name. Throws BundleError. Dispose it after use. */
export async function openSource(options: OpenSourceOptions): Promise<Source> {
  const { source, paths, machine } = options;
  if (source.kind === 'bundle') return BundleSource.open(source.path, paths.bin, machine);
  return new InternetSource(options);
}
