import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { LogName } from '../../preload/contract/logs.ts';
import { writeAtomic } from '../storage/files.ts';

/** The three files of one step's log. */
export interface StepFiles {
  /** Entries. The only one that holds what cannot be had again. */
  readonly log: string;
  readonly index: string;
  readonly marks: string;
}

const loggedPod = z.object({
  uid: z.string(),
  name: z.string(),
  node: z.string(),
  steps: z.array(z.string()).readonly(),
});
export type LoggedPod = Readonly<z.infer<typeof loggedPod>>;
/** Every pod of the build that was seen, with its containers in their order. */
const about = z.object({ version: z.literal(1), pods: z.array(loggedPod) });
export type About = z.infer<typeof about>;

/** What is used as a name of a folder must be a name, whoever asks. */
function segment(name: string): string {
  if (!/^[A-Za-z0-9][-A-Za-z0-9_.]{0,252}$/.test(name)) throw new RangeError(`not a name: ${name.slice(0, 80)}`);
  return name;
}

/** The folder of one build's log: `<namespace>/<build>/<uid>`. Errors: RangeError for what is no name. */
export function logFolder(root: string, name: LogName): string {
  return path.join(root, segment(name.namespace), segment(name.build), segment(name.uid));
}

export function stepFiles(folder: string, step: string): StepFiles {
  const base = path.join(folder, segment(step));
  return { log: `${base}.log`, index: `${base}.index`, marks: `${base}.marks` };
}

/** The pods of a log; none when it is not there or not readable. */
export async function readAbout(folder: string): Promise<About> {
  try {
    return about.parse(JSON.parse(await readFile(path.join(folder, 'about.json'), 'utf8')));
  } catch {
    return { version: 1, pods: [] };
  }
}

/** The number of a pod in a log, from 0; a new one is added. */
export async function podNumber(folder: string, pod: LoggedPod): Promise<number> {
  const { pods } = await readAbout(folder);
  const known = pods.findIndex((each) => each.uid === pod.uid);
  if (known !== -1) return known;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const value: About = { version: 1, pods: [...pods, pod] };
  await writeAtomic(path.join(folder, 'about.json'), `${JSON.stringify(value)}\n`, 0o600);
  return pods.length;
}

/**
 * What a container is called in the archive. When a build's pod was replaced by another (after it had
 * been deleted by force) the containers of the second are `prepare-2` and so on: nothing is overwritten.
 */
export function stepName(container: string, podNumber: number): string {
  return podNumber === 0 ? container : `${container}-${podNumber + 1}`;
}

/** The steps of a log that have begun, in order. */
export async function listSteps(folder: string): Promise<string[]> {
  const files = new Set(await readdir(folder).catch(() => []));
  const { pods } = await readAbout(folder);
  const names = pods.flatMap((pod, number) => pod.steps.map((container) => stepName(container, number)));
  return names.filter((name) => files.has(`${name}.log`));
}
