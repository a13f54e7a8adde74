import type { KubernetesObject } from '../../kubernetes/types.ts';

/** What is kept of the volume claim of an image's cache. Key: `uid`. */
export interface ClaimFact {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** Pending, Bound or Lost. */
  readonly phase: string;
}

type VolumeClaim = KubernetesObject & { status?: { phase?: string } };

/** The claims that kpack makes for caches; null for all others. */
export function claimFact(claim: VolumeClaim): ClaimFact | null {
  const { metadata } = claim;
  const owner = metadata?.ownerReferences?.find((each) => each.kind === 'Image');
  if (!metadata || !owner) return null;
  return {
    uid: metadata.uid ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    image: owner.name,
    phase: claim.status?.phase ?? '',
  };
}
