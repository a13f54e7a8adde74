/** Where the page is. */
export type Route =
  | { readonly page: 'start' | 'setup' | 'images' | 'cluster' | 'settings' | 'help' }
  /** `git`: a URL that the form begins with. */
  | { readonly page: 'new-image'; readonly git: string }
  | { readonly page: 'image'; readonly namespace: string; readonly name: string }
  | { readonly page: 'build'; readonly namespace: string; readonly name: string; readonly build: string };

/** Reads a hash such as `#/images/default/web/builds/web-build-1`. Unknown ones are the start. */
export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.split('?');
  const [page = '', namespace, name, sub, build] = path.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  if (page === 'images' && namespace === 'new' && name === undefined) {
    return { page: 'new-image', git: new URLSearchParams(query).get('git') ?? '' };
  }
  if (page === 'images' && namespace !== undefined && name !== undefined) {
    return sub === 'builds' && build !== undefined
      ? { page: 'build', namespace, name, build }
      : { page: 'image', namespace, name };
  }
  if (page === 'images' || page === 'setup' || page === 'cluster' || page === 'settings' || page === 'help')
    return { page };
  return { page: 'start' };
}

/** The address of an image's page. */
export function imagePath(namespace: string, name: string): string {
  return `#/images/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}

/** The address of a build's page. */
export function buildPath(namespace: string, image: string, build: string): string {
  return `${imagePath(namespace, image)}/builds/${encodeURIComponent(build)}`;
}

/** The page's place, kept in the address so that back, forward and reload work. */
export class Router {
  #route = $state.raw<Route>(readRoute(window.location.hash));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.#route = readRoute(window.location.hash);
    });
  }

  get route(): Route {
    return this.#route;
  }

  /** Goes to an address that begins with `#/`. */
  go(hash: string): void {
    window.location.hash = hash;
  }
}
