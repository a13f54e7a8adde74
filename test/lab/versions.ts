/**
 * Everything the lab pins, in one place. The Go versions are repeated in the go.mod files under go/, which is where they take
 * effect; a change here without a change there fails the build of that program.
 *
 * Kubernetes 1.34.10 is the newest patch of 1.34 that is both published as a Go module and listed in the checksum database.
 */
export const versions = {
  kubernetes: '1.34.10',
  kind: '0.33.0',
  kpack: '0.17.2',
  /** What kpack 0.17.2 pins in its go.mod, and an earlier patch, so that a test can move from one to the other. */
  lifecycle: '0.20.12',
  lifecycleOther: '0.20.11',
  kp: '0.17.1',
  registry: '3.1.2',
  stack: { first: '1.0.0', second: '1.0.1' },
  buildpackage: { first: '1.0.0', second: '1.1.0' },
} as const;

/** Host part of every image name in the bundle. It resolves nowhere, so nothing can be pulled past the bundle by accident. */
export const host = 'lab.example';

/** Image names as they stand in the bundle. */
export const names = {
  node: `${host}/kind/node:v${versions.kubernetes}`,
  registry: `${host}/registry:${versions.registry}`,
  git: 'kpack-desktop-lab/git:1',
  kpack: (program: string) => `${host}/kpack/${program}:${versions.kpack}`,
  lifecycle: (version: string) => `${host}/kpack/lifecycle:${version}`,
  build: (version: string) => `${host}/lab/build:${version}`,
  run: (version: string) => `${host}/lab/run:${version}`,
  web: (version: string) => `${host}/lab/web:${version}`,
} as const;

export const stackId = 'io.buildpacks.stacks.lab';
