/** Phases of `kind create cluster`, by the words of its lines (kubernetes-sigs/kind, pkg/cluster/internal/create). Emoji differ between versions. */
const phases = [
  ['Ensuring node image', 'image', 2],
  ['Preparing nodes', 'nodes', 8],
  ['Writing configuration', 'configuration', 18],
  ['Starting control-plane', 'control_plane', 20],
  ['Installing CNI', 'network', 85],
  ['Installing StorageClass', 'storage', 92],
] as const;

export type KindPhase = (typeof phases)[number][1];

/** Which phase a line of kind's plain output begins, and percent done then; null for other lines. */
export function phaseOf(line: string): { phase: KindPhase; percent: number } | null {
  const match = /^ • (.+)$/.exec(line);
  const found = phases.find(([words]) => match?.[1]?.startsWith(words) === true);
  return found === undefined ? null : { phase: found[1], percent: found[2] };
}
