import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { must } from '../e2e/support/command.ts';
import { type Machine } from '../e2e/support/machine.ts';
import { Product } from '../e2e/support/product.ts';
import { prepareByHand } from './by-hand.ts';

/** Seconds of every run, in order. */
export interface Runs {
  readonly ours: number[];
  readonly theirs: number[];
  readonly unit: string;
}

/** From an engine with nothing on it to the first Ready builder, ours and by hand in turn. */
export async function measureSetup(machine: Machine, runs: number, say: (line: string) => void): Promise<Runs> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kpack-desktop-bench-'));
  const byHand = await prepareByHand(machine, folder);
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (let run = 1; run <= runs; run += 1) {
      await clean(machine);
      const product = new Product(path.join(folder, `home-${String(run)}`), machine.env);
      ours.push(
        await seconds(async () => {
          const { code, stdout, stderr } = await product.cli(['setup', '--yes', '--json', '--bundle', machine.bundle]);
          if (code !== 0) throw new Error(`setup ended with ${String(code)}\n${stdout.slice(-2000)}\n${stderr}`);
        }),
      );
      say(`setup, run ${String(run)}: ours ${String(ours.at(-1)?.toFixed(1))} s`);
      await clean(machine);
      theirs.push(await seconds(() => must('bash', [path.join(import.meta.dirname, 'setup-by-hand.sh')], byHand)));
      say(`setup, run ${String(run)}: by hand ${String(theirs.at(-1)?.toFixed(1))} s`);
    }
  } finally {
    await clean(machine);
    await rm(folder, { recursive: true, force: true });
  }
  return { ours, theirs, unit: 's' };
}

/** Takes away the cluster, and the images too: both sides start by loading them. */
async function clean(machine: Machine): Promise<void> {
  await machine.wipe();
  const images = (
    await machine.docker('images', '-q', '--filter', 'reference=lab.example/*', '--filter', 'reference=lab.example/*/*')
  )
    .split('\n')
    .filter(Boolean);
  if (images.length > 0) await machine.docker('rmi', '-f', ...new Set(images));
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
