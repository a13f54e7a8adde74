import type { Condition, ObjectMeta } from '../kubernetes/types.ts';

/**
 * What this program reads of kpack's objects (kpack.io/v1alpha2) and of a build's pod. The CRDs
 * carry no schema, so everything that a controller fills in later is optional.
 * Source: https://github.com/buildpacks-community/kpack/tree/v0.17.2/pkg/apis/build/v1alpha2
 */

export interface Resource<Spec, Status> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: Spec;
  status?: Status;
}

interface CommonStatus {
  observedGeneration?: number;
  conditions?: Condition[];
}

/** A reference like `{kind: ClusterBuilder, name: default}`. */
export interface Reference {
  kind?: string;
  name: string;
  namespace?: string;
}

export interface EnvironmentVariable {
  name: string;
  value?: string;
  valueFrom?: Record<string, unknown>;
}

export interface SourceConfig {
  git?: { url: string; revision: string; initializeSubmodules?: boolean };
  blob?: { url: string; auth?: string; stripComponents?: number };
  registry?: { image: string; imagePullSecrets?: { name: string }[] };
  subPath?: string;
}

export interface ImageSpec {
  tag: string;
  additionalTags?: string[];
  builder: Reference;
  serviceAccountName?: string;
  source: SourceConfig;
  cache?: { volume?: { size?: string; storageClassName?: string }; registry?: { tag: string } };
  failedBuildHistoryLimit?: number;
  successBuildHistoryLimit?: number;
  imageTaggingStrategy?: string;
  build?: {
    env?: EnvironmentVariable[];
    resources?: Record<string, unknown>;
    services?: { kind?: string; name: string }[];
    /** Seconds. */
    buildTimeout?: number;
  };
}

export interface ImageStatus extends CommonStatus {
  latestImage?: string;
  latestStack?: string;
  latestBuildRef?: string;
  latestBuildReason?: string;
  buildCounter?: number;
  /** Name of the cache's PersistentVolumeClaim. */
  buildCacheName?: string;
}

export type Image = Resource<ImageSpec, ImageStatus>;

export interface BuildpackVersion {
  id: string;
  version: string;
  homepage?: string;
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: {
    exitCode: number;
    reason?: string;
    message?: string;
    startedAt?: string | null;
    finishedAt?: string | null;
  };
}

export interface BuildSpec {
  tags?: string[];
  builder?: { image?: string };
  serviceAccountName?: string;
  source?: SourceConfig;
  runImage?: { image?: string };
  /** Seconds; unset means that a build may take for ever. */
  activeDeadlineSeconds?: number;
  env?: EnvironmentVariable[];
  lastBuild?: { image?: string; stackId?: string };
  cache?: { volume?: { persistentVolumeClaimName?: string } };
}

export interface BuildStatus extends CommonStatus {
  latestImage?: string;
  podName?: string;
  stack?: { id?: string; runImage?: string };
  lifecycleVersion?: string;
  buildMetadata?: BuildpackVersion[];
  /** States of the steps in the order of the pod's containers, without their names. */
  stepStates?: ContainerState[];
  stepsCompleted?: string[];
}

export type Build = Resource<BuildSpec, BuildStatus>;

export interface BuilderSpec {
  tag?: string;
  stack?: Reference;
  store?: Reference;
  lifecycle?: Reference;
}

export interface BuilderStatus extends CommonStatus {
  latestImage?: string;
  builderMetadata?: BuildpackVersion[];
  order?: { group: { id?: string; version?: string; optional?: boolean }[] }[];
  stack?: { id?: string; runImage?: string };
  lifecycle?: { version?: string };
}

/** Builder or ClusterBuilder; a ClusterBuilder has no namespace. */
export type Builder = Resource<BuilderSpec, BuilderStatus>;

export interface SourceResolverStatus extends CommonStatus {
  source?: {
    git?: { url?: string; revision?: string; type?: 'Branch' | 'Tag' | 'Commit' | 'Unknown'; subPath?: string };
    blob?: { url?: string };
    registry?: { image?: string };
  };
}

export type SourceResolver = Resource<{ serviceAccount?: string; source: SourceConfig }, SourceResolverStatus>;

export interface ContainerStatus {
  name: string;
  image?: string;
  imageID?: string;
  restartCount?: number;
  state?: ContainerState;
}

export type Pod = Resource<
  {
    nodeName?: string;
    /** Seconds; 1 on a running build means that somebody cancelled it. */
    activeDeadlineSeconds?: number;
    initContainers?: { name: string; image?: string }[];
    containers: { name: string; image?: string }[];
  },
  {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  }
>;

/** Labels and annotations that kpack writes on Builds and their pods. */
export const labels = {
  image: 'image.kpack.io/image',
  buildNumber: 'image.kpack.io/buildNumber',
  build: 'kpack.io/build',
  reason: 'image.kpack.io/reason',
  changes: 'image.kpack.io/buildChanges',
  builderName: 'image.kpack.io/builderName',
  builderKind: 'image.kpack.io/builderKind',
  /** On the newest Build: kpack builds once more, reason TRIGGER. */
  buildNeeded: 'image.kpack.io/additionalBuildNeeded',
} as const;

/**
 * Steps in the order of the pod's containers; a rebase has only the last two.
 * Source: https://github.com/buildpacks-community/kpack/blob/v0.17.2/pkg/apis/build/v1alpha2/build_pod.go
 */
export const buildSteps = ['prepare', 'analyze', 'detect', 'restore', 'build', 'export', 'completion'] as const;
export const rebaseSteps = ['rebase', 'completion'] as const;
