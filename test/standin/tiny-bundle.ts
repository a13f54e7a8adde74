import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Descriptor } from '../../main/registry/oci.ts';
import { digestOf } from '../../main/registry/verify.ts';
import { tinyImage } from './tiny-image.ts';

/** bundle.json as it is written, loosely typed so that tests can break it. */
export type TinyManifest = Record<string, unknown>;

export interface TinyOptions {
  /** Changes bundle.json before it is written. */
  readonly edit?: (manifest: TinyManifest) => TinyManifest;
  /** Extra bytes in each image's own layer; default 2000. */
  readonly layerBytes?: number;
}

export interface TinyBundle {
  readonly folder: string;
  readonly manifest: TinyManifest;
  /** Descriptor of each image's manifest, by full name. */
  readonly images: ReadonlyMap<string, Descriptor>;
}

const labels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'tiny.example/stack/build:1.0.0': { 'io.buildpacks.stack.id': 'io.buildpacks.stacks.tiny' },
  'tiny.example/stack/run:1.0.0': { 'io.buildpacks.stack.id': 'io.buildpacks.stacks.tiny' },
};
const names = [
  'tiny.example/kind/node:v1.34.10',
  'tiny.example/registry:3.1.2',
  'tiny.example/kpack/controller:0.17.2',
  'tiny.example/kpack/webhook:0.17.2',
  'tiny.example/kpack/lifecycle:0.20.12',
  'tiny.example/stack/build:1.0.0',
  'tiny.example/stack/run:1.0.0',
  'tiny.example/buildpacks/web:1.0.0',
];

/**
 * Writes a small valid bundle for linux/amd64 into a folder: two layers an image, of which one is shared by all. The
 * layers are real tar.gz and the images load into an engine, but nothing in them runs.
 */
export async function writeTinyBundle(folder: string, options: TinyOptions = {}): Promise<TinyBundle> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  await mkdir(join(folder, 'files'), { recursive: true });
  const images = new Map<string, Descriptor>();
  for (const name of names) {
    const tiny = await tinyImage(name, { labels: labels[name] ?? {}, layerBytes: options.layerBytes ?? 2000 });
    for (const [digest, bytes] of tiny.blobs) await writeFile(join(folder, 'blobs', digest.replace(':', '/')), bytes);
    images.set(name, tiny.image.descriptor);
  }

  const digest = (name: string) => images.get(name)?.digest ?? '';
  const files = {
    kind: await file(folder, 'files/kind', '#!/bin/sh\necho "kind v0.33.0 go1.27 linux/amd64"\n'),
    release: await file(folder, 'files/kpack-release-0.17.2.yaml', release(digest)),
  };
  const manifests = [...images].map(([name, descriptor]) => ({
    ...descriptor,
    platform: { os: 'linux', architecture: 'amd64' },
    annotations: { 'org.opencontainers.image.ref.name': name },
  }));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  const manifest = (options.edit ?? ((same) => same))(bundleJson(files));
  await writeFile(join(folder, 'bundle.json'), JSON.stringify(manifest, null, 2));
  return { folder, manifest, images };
}

/** Packs a folder into a tar file, members in the order of their names. */
export async function packFolder(folder: string, target: string): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(target));
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) archive.entry({ name: `./${name}` }, await readFile(path));
    else archive.entry({ name: `./${name}/`, type: 'directory' });
  }
  archive.finalize();
  await written;
}

async function file(folder: string, path: string, text: string) {
  await writeFile(join(folder, path), text, { mode: 0o755 });
  return { path, sha256: digestOf(text).slice('sha256:'.length), size: Buffer.byteLength(text) };
}

function release(digest: (name: string) => string): string {
  return `# kpack
apiVersion: v1
kind: Namespace
metadata:
  name: kpack
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: kpack-controller, namespace: kpack }
spec:
  template:
    spec:
      containers:
      - name: controller
        image: "tiny.example/kpack/controller@${digest('tiny.example/kpack/controller:0.17.2')}"   # pinned
      - name: webhook
        image: tiny.example/kpack/webhook@${digest('tiny.example/kpack/webhook:0.17.2')}
---
apiVersion: kpack.io/v1alpha2
kind: ClusterLifecycle
metadata:
  name: default-lifecycle
spec:
  image: 'tiny.example/kpack/lifecycle@${digest('tiny.example/kpack/lifecycle:0.20.12')}'
`;
}

function bundleJson(files: { kind: object; release: object }): TinyManifest {
  return {
    format: 'kpack-desktop-bundle',
    formatVersion: 1,
    title: 'Tiny',
    platform: 'linux/amd64',
    createdAt: '2026-11-01T10:00:00.000Z',
    kind: { version: 'v0.33.0', file: files.kind },
    node: { kubernetes: 'v1.34.10', image: 'tiny.example/kind/node:v1.34.10' },
    registry: { image: 'tiny.example/registry:3.1.2' },
    kpack: { version: '0.17.2', release: files.release },
    stacks: [
      {
        name: 'tiny',
        id: 'io.buildpacks.stacks.tiny',
        build: 'tiny.example/stack/build:1.0.0',
        run: 'tiny.example/stack/run:1.0.0',
      },
    ],
    store: { name: 'default', buildpackages: ['tiny.example/buildpacks/web:1.0.0'] },
    builders: [{ name: 'tiny', stack: 'tiny', order: [[{ id: 'tiny/web' }]] }],
    extras: [],
  };
}
