import type { KubernetesClient } from '../../kubernetes/client.ts';
import { kinds } from '../../kubernetes/resources.ts';
import type { PodFact } from '../facts/pod.ts';

/**
 * Ends a build's pod. kpack has no cancel; a deadline of one second is how its own controller ends
 * pods, and the build fails once, keeps its log and is not tried again. The kubelet applies deadlines,
 * so a pod without a node is marked as failed instead.
 * Source: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/reconciler/build/build.go (cleanupIfNeeded)
 */
export async function cancelPod(client: KubernetesClient, pod: PodFact): Promise<void> {
  const where = { namespace: pod.namespace, name: pod.name };
  await client.mergePatch(kinds.pod, where, { metadata: { uid: pod.uid }, spec: { activeDeadlineSeconds: 1 } });
  if (pod.node !== '') return;
  const message = 'Pod was active on the node longer than the specified deadline';
  await client.mergePatch(
    kinds.pod,
    { ...where, subresource: 'status' },
    { status: { phase: 'Failed', reason: 'DeadlineExceeded', message } },
  );
}
