/**
 * The few shapes of the Kubernetes API that every room reads.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/
 */

export interface OwnerReference {
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  /** Opaque: only for resuming watches and for optimistic locking. */
  resourceVersion?: string;
  generation?: number;
  /** RFC 3339 in whole seconds. */
  creationTimestamp?: string;
  deletionTimestamp?: string | null;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
}

/** Any object of the API. */
export interface KubernetesObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string | null;
}

export interface ListMeta {
  resourceVersion?: string;
  /** Token of the next page; empty or missing on the last. */
  continue?: string;
  remainingItemCount?: number;
}

export interface ObjectList<T> {
  metadata: ListMeta;
  items: T[];
}

/** The body of every refusal. */
export interface Status {
  kind: 'Status';
  status?: 'Success' | 'Failure';
  code?: number;
  reason?: string;
  message?: string;
  details?: StatusDetails;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  retryAfterSeconds?: number;
  causes?: { reason?: string; message?: string; field?: string }[];
}

/** One line of a watch. */
export type WatchEvent<T> =
  { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: T } | { type: 'ERROR'; object: Status };
