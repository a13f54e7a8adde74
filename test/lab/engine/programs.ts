import { join } from 'node:path';
import type { Debian } from '../core/debian.ts';
import { run } from '../core/run.ts';
import { sources, type Product, type Workshop } from '../core/workshop.ts';

/**
 * Docker Engine out of Debian's own packages, unpacked instead of installed, so that the machine stays as it is. Everything in
 * trixie's packages runs on the older C library of bookworm too, except its runc; bookworm's own does the same work.
 */
export function engineProgram(workshop: Workshop, debian: Debian): Product {
  return workshop.product('engine', [sources('engine/programs.ts')], async (folder) => {
    const debs = [
      ...(await debian.debs('trixie', ['docker.io', 'docker-cli', 'containerd'])),
      ...(await debian.debs('bookworm', ['runc'])),
    ];
    for (const deb of debs) await run('dpkg', ['-x', deb, folder]);
  });
}

/** PATH with the engine's programs in front. */
export function enginePath(folder: string): string {
  return [join(folder, 'usr/sbin'), join(folder, 'usr/bin'), process.env['PATH'] ?? ''].join(':');
}
