import type { GitReferences } from '../../../preload/contract/images.ts';
import { error, type Problem, text, useValue, warning } from './problems.ts';

const wholeCommit = /^[0-9a-f]{40}$/;

/**
 * Whether kpack can build a revision. It knows branches and tags by their short names and whole
 * commits; anything else it takes for a commit and fails to fetch. `references` is null when the
 * repository could not be read from here.
 * Source: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/git/remote_git_resolver.go
 */
export function checkRevision(revision: string, references: GitReferences | null): Problem[] {
  const head = references?.head ?? '';
  const toHead = head === '' ? [] : [useValue('revision', head)];
  if (revision === '') return [error('revision', text('images.backend_revision_missing'), toHead)];
  if (/\s/.test(revision))
    return [
      error('revision', text('images.backend_revision_spaces'), [
        useValue('revision', revision.replaceAll(/\s+/g, '')),
      ]),
    ];
  const long = /^refs\/(?:heads|tags)\/(.+)$/.exec(revision)?.[1];
  if (long !== undefined)
    return [error('revision', text('images.backend_revision_full_name'), [useValue('revision', long)])];
  // HEAD is found, but kpack does not count it as a branch and never looks at it again.
  if (revision === 'HEAD') return [error('revision', text('images.backend_revision_head'), toHead)];
  if (wholeCommit.test(revision)) return [];
  if (!references)
    return /^[0-9a-f]{7,39}$/.test(revision) ? [warning('revision', text('images.backend_revision_maybe_short'))] : [];
  const known = [...references.branches, ...references.tags];
  if (known.some((each) => each.name === revision)) return [];
  return [unknownRevision(revision, known, toHead)];
}

function unknownRevision(
  revision: string,
  known: GitReferences['branches'],
  toHead: Problem['entry']['fixes'],
): Problem {
  if (/^[0-9a-f]{4,39}$/.test(revision)) {
    const whole = known.find((each) => each.commit.startsWith(revision));
    return error('revision', text('images.backend_revision_short'), whole ? [useValue('revision', whole.commit)] : []);
  }
  const near = known.find((each) => each.name.toLowerCase() === revision.toLowerCase());
  return error(
    'revision',
    text('images.backend_revision_unknown', { revision }),
    near ? [useValue('revision', near.name)] : toHead,
  );
}

/** Whether a folder inside the repository is written the way kpack joins it to the source's folder. */
export function checkSubPath(path: string): Problem[] {
  if (path === '') return [];
  const clean = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  if (clean.split('/').includes('..')) return [error('subPath', text('images.backend_path_outside'))];
  if (path.startsWith('/') || path.includes('\\') || path.startsWith('./')) {
    return [error('subPath', text('images.backend_path_relative'), clean === '' ? [] : [useValue('subPath', clean)])];
  }
  return [];
}
