import { join } from 'node:path';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Debian } from '../core/debian.ts';
import { run } from '../core/run.ts';
import { sources, type Product, type Workshop } from '../core/workshop.ts';
import { versions } from '../versions.ts';

/** kind itself, as Debian builds it, unmodified. */
export function kindProgram(workshop: Workshop, debian: Debian): Product {
  return workshop.product('kind', [versions.kind, sources('programs/kind.ts')], async (folder) => {
    const [deb = ''] = await debian.debs('sid', ['kind']);
    await run('dpkg', ['-x', deb, join(folder, 'deb')]);
    await copyFile(join(folder, 'deb/usr/bin/kind'), join(folder, 'kind'));
    const said = await run(join(folder, 'kind'), ['version']);
    if (!said.includes(versions.kind)) throw new Error(`Debian's kind is not v${versions.kind}: ${said}`);
  });
}

/** Folder of kind's source, whose node image files (entrypoint, units, containerd's configuration) are used as they are. */
export async function kindSource(): Promise<string> {
  const answer = await run('go', ['mod', 'download', '-json', `sigs.k8s.io/kind@v${versions.kind}`], { cwd: tmpdir() });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}
