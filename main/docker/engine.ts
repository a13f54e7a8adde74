import { homedir } from 'node:os';
import { candidates, type Candidate, type Surroundings } from './context.ts';
import { Docker, type EngineInfo } from './docker.ts';
import { dockerError, type DockerError } from './errors.ts';

/** An engine that answers. */
export interface Engine {
  readonly candidate: Candidate;
  readonly docker: Docker;
  readonly info: EngineInfo;
}

/** What the search found: engines in order of preference, and places that did not answer. */
export interface EngineSearch {
  readonly engines: readonly Engine[];
  readonly failures: readonly { readonly candidate: Candidate; readonly error: DockerError }[];
}

/**
 * Asks every place at once; one that hangs costs `timeoutMs` and nothing more. The same daemon behind two
 * places is listed once. When the user chose a place (DOCKER_HOST, a context) and it does not answer, no
 * other engine takes its stead without a word: `engines` is empty then.
 */
export async function findEngines(
  surroundings: Surroundings = { env: process.env, home: homedir(), platform: process.platform },
  timeoutMs = 4000,
): Promise<EngineSearch> {
  const places = candidates(surroundings);
  const answers = await Promise.all(places.map((candidate) => ask(candidate, timeoutMs)));
  const engines: Engine[] = [];
  const failures: { candidate: Candidate; error: DockerError }[] = [];
  for (const [index, answer] of answers.entries()) {
    const candidate = places[index];
    if (candidate === undefined) continue;
    if ('error' in answer) failures.push({ candidate, error: answer.error });
    else if (!engines.some((engine) => engine.info.id !== '' && engine.info.id === answer.info.id))
      engines.push(answer);
  }
  const broken = failures.some((failure) => failure.candidate.chosen);
  return { engines: broken ? [] : engines, failures };
}

async function ask(candidate: Candidate, timeoutMs: number): Promise<Engine | { error: DockerError }> {
  const docker = new Docker(candidate);
  try {
    const info = await docker.info(AbortSignal.timeout(timeoutMs));
    return { candidate, docker, info };
  } catch (error) {
    return { error: dockerError(error) };
  }
}
