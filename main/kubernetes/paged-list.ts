import type { ObjectList } from './types.ts';

/**
 * All objects in pages, for servers that refuse a streaming list: a small page first, so that
 * something can be shown soon. `version` of the last page is where to watch from. A page token that
 * has expired makes it fail with `expired`; the one inside that answer is inconsistent and not used.
 */
export async function* pagedList<T>(
  fetchPage: (limit: number, token: string | undefined) => Promise<ObjectList<T>>,
): AsyncGenerator<{ objects: T[]; version: string }, void, undefined> {
  let token: string | undefined;
  let limit = 100;
  do {
    const page = await fetchPage(limit, token);
    yield { objects: page.items, version: page.metadata.resourceVersion ?? '' };
    token = page.metadata.continue;
    limit = 500;
  } while (token !== undefined && token !== '');
}
