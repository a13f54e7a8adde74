import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Name of the kind program in our folder; each version has its own. */
export function kindName(version: string, os: string): string {
  return `kind-${version}${os === 'windows' ? '.exe' : ''}`;
}

/** sha256 of a file as hex, null when there is none. */
export async function sha256Of(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

/**
 * Writes a program (mode 0755) into a folder under its final name only when it is whole: a killed run leaves no half
 * program that could be started. Throws the content's error.
 */
export async function installExecutable(
  folder: string,
  name: string,
  content: Readable,
  signal: AbortSignal,
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  const temporary = `${path}.new`;
  try {
    await rm(temporary, { force: true });
    await pipeline(content, createWriteStream(temporary, { mode: 0o755, flush: true }), { signal });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return path;
}
