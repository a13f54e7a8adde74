import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { source as schema, type Source } from '../../preload/contract/setup.ts';
import { writeAtomic } from '../storage/files.ts';
import type { Paths } from '../storage/paths.ts';

/** The source of the last setup of this machine: a proposal for the next one, never a claim about what is installed. */
export async function lastSource(paths: Paths): Promise<Source> {
  try {
    return schema.parse(JSON.parse(await readFile(fileOf(paths), 'utf8')));
  } catch {
    return { kind: 'internet' };
  }
}

export async function rememberSource(paths: Paths, source: Source): Promise<void> {
  await writeAtomic(fileOf(paths), `${JSON.stringify(source)}\n`, 0o600);
}

function fileOf(paths: Paths): string {
  return path.join(paths.root, 'last-source.json');
}
