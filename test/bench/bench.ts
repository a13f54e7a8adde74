/** Runs the measurements named on the command line (all without names) and prints ours against theirs. */
import { parseArgs } from 'node:util';
import { up } from '../lab/index.ts';
import { Machine } from '../e2e/support/machine.ts';
import { measureSetup } from './setup.ts';

/** One measurement: medians over `runs` alternating runs. */
export interface Measurement {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly unit: string;
  readonly runs: number;
}

const measurements = { setup: measureSetup };

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '3' } },
  allowPositionals: true,
});

const say = (line: string) => console.error(line);
const lab = await up({ log: say });
process.env['E2E_BUNDLE'] = lab.bundle;
process.env['E2E_BIN'] = lab.bin;
process.env['DOCKER_HOST'] = lab.dockerHost;
for (const [name, measure] of Object.entries(measurements)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const { ours, theirs, unit } = await measure(new Machine(), Math.max(3, Number(values.runs)), say);
  const result: Measurement = {
    name,
    ours: median(ours),
    theirs: median(theirs),
    ratio: Math.round((median(ours) / median(theirs)) * 1000) / 1000,
    unit,
    runs: ours.length,
  };
  if (values.json) console.log(JSON.stringify(result));
  else
    console.log(
      `${name}: ours ${result.ours.toFixed(1)} ${unit}, by hand ${result.theirs.toFixed(1)} ${unit}, ratio ${String(result.ratio)} (${String(result.runs)} runs each)`,
    );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
