import { error, type Problem, text, useValue, warning } from './problems.ts';

/** A git address as kpack understands it. */
export interface GitAddress {
  readonly transport: 'http' | 'https' | 'ssh';
  readonly host: string;
  readonly path: string;
}

/** `user@host:path`, git's short form for ssh. */
const scp = /^(?:[\w.-]+)@(?<host>[\w.-]+):(?<path>(?!\/\/)[^\s]+)$/;

/**
 * Reads a git address: `http(s)://…`, `ssh://user@host/…` or `user@host:path`. Null for anything else.
 * Source: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/git/url_parser.go
 */
export function parseGitUrl(url: string): GitAddress | null {
  const short = scp.exec(url)?.groups;
  if (short) return { transport: 'ssh', host: short['host'] ?? '', path: short['path'] ?? '' };
  const match = /^(https?|ssh):\/\/(?:[^@/\s]*@)?(\[[\da-fA-F:]+\]|[^/:\s?#]+)(?::\d+)?\/([^\s]*)$/.exec(url);
  if (!match) return null;
  const [, transport, host, path] = match;
  if (transport !== 'http' && transport !== 'https' && transport !== 'ssh') return null;
  return { transport, host: host ?? '', path: path ?? '' };
}

/** The host names only the machine itself: seen from a build, that is the build's own pod. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    /^127\.\d+\.\d+\.\d+$/.test(host) ||
    host === '[::1]' ||
    host === '0.0.0.0'
  );
}

/**
 * Whether an address can be built from, as far as its text tells. `hostAddress` is an address of this
 * machine that pods can reach, null when none is known.
 */
export function checkGitUrl(url: string, hostAddress: string | null): Problem[] {
  if (url === '') return [error('gitUrl', text('images.backend_git_missing'))];
  if (/\s/.test(url))
    return [error('gitUrl', text('images.backend_git_spaces'), [useValue('gitUrl', url.replaceAll(/\s+/g, ''))])];
  const address = parseGitUrl(url);
  if (!address) return [notAnAddress(url)];
  if (address.path.replaceAll('/', '') === '')
    return [error('gitUrl', text('images.backend_git_no_path', { host: address.host }))];
  if (isLoopback(address.host)) {
    const fixes = hostAddress === null ? [] : [useValue('gitUrl', withHost(url, address.host, hostAddress))];
    return [error('gitUrl', text('images.backend_git_localhost', { host: address.host }), fixes)];
  }
  const page =
    /^https:\/\/(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)\/[^/]+\/[^/]+?(?=\/(?:-\/)?(?:tree|blob|src|commits?|pull|issues)\b)/.exec(
      url,
    );
  if (page) return [error('gitUrl', text('images.backend_git_page'), [useValue('gitUrl', page[0])])];
  return hasPassword(url) ? [warning('gitUrl', text('images.backend_git_password'))] : [];
}

/** The address carries a password, which everybody could read in the Image. */
export function hasPassword(url: string): boolean {
  return /^https?:\/\/[^/@\s]*:[^/@\s]+@/.test(url);
}

function notAnAddress(url: string): Problem {
  if (/^(?:file:|\/|\.{1,2}\/|~|[A-Za-z]:\\)/.test(url)) return error('gitUrl', text('images.backend_git_local_path'));
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1];
  if (scheme !== undefined) {
    const better = url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, 'https://');
    const usable = parseGitUrl(better) ? [useValue('gitUrl', better)] : [];
    return error('gitUrl', text('images.backend_git_scheme', { scheme }), usable);
  }
  const guess = `https://${url}`;
  const address = parseGitUrl(guess);
  if (address && address.path !== '' && (address.host.includes('.') || address.host === 'localhost')) {
    return error('gitUrl', text('images.backend_git_no_scheme'), [useValue('gitUrl', guess)]);
  }
  return error('gitUrl', text('images.backend_git_invalid'));
}

function withHost(url: string, host: string, replacement: string): string {
  const at = url.indexOf(host);
  return `${url.slice(0, at)}${replacement}${url.slice(at + host.length)}`;
}
