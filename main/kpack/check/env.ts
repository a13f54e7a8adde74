import type { ImageDraft } from '../../../preload/contract/images.ts';
import { type Problem, problem, text } from './problems.ts';

/**
 * Names of build environment variables. kpack hands each one to the build as a file of that name.
 * Source: https://github.com/buildpacks-community/kpack/blob/v0.17.2/cmd/build-init/main.go
 */
export function checkEnv(env: ImageDraft['env']): Problem[] {
  return env.flatMap(({ name, value }, index) => {
    if (name === '') return value === '' ? [] : [at('error', index, 'images.backend_env_no_name')];
    if (!/^[A-Za-z_][\w.-]*$/.test(name)) return [at('error', index, 'images.backend_env_characters', { name })];
    const first = env.findIndex((each) => each.name === name);
    if (first < index) return [at('error', index, 'images.backend_env_twice', { name })];
    if (
      value !== '' &&
      /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|PRIVATE_KEY|API_?KEY)(?:_|$)/i.test(name)
    ) {
      return [at('warning', index, 'images.backend_env_secret', { name })];
    }
    return [];
  });
}

function at(
  severity: Problem['severity'],
  index: number,
  key: Parameters<typeof text>[0],
  params?: Record<string, string>,
): Problem {
  return problem(severity, 'env', text(key, params), [], index);
}

/** Rows of the form that were left empty are no variables. */
export function usedEnv(env: ImageDraft['env']): ImageDraft['env'] {
  return env.filter((each) => each.name !== '' || each.value !== '');
}
