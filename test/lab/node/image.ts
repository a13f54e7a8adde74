import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Debian } from '../core/debian.ts';
import { run, tryRun } from '../core/run.ts';
import { sources, type Product, type Workshop } from '../core/workshop.ts';
import { dockerArchive } from '../oci/archive.ts';
import { Layout, mediaTypes, type Descriptor } from '../oci/layout.ts';
import { kindSource } from '../programs/kind.ts';
import { enginePath } from '../engine/programs.ts';
import { names, versions } from '../versions.ts';
import { makeBase } from './base.ts';
import { nodeParts, type Part } from './parts.ts';

export interface NodeInputs {
  readonly debian: Debian;
  readonly root: Product;
  readonly kind: Product;
  readonly kube: Product;
  readonly addons: Product;
  readonly coredns: Product;
  /** Programs of the engine (the docker command), and the engine itself. */
  readonly engine: Product;
  readonly dockerHost: () => Promise<string>;
  readonly scratch: string;
}

/** The "Kubernetes release" that kind's build reads. Which image is in which of its four archives does not matter to it. */
async function release(folder: string, parts: readonly Part[]): Promise<string> {
  const bin = join(folder, 'kubernetes/server/bin');
  await mkdir(bin, { recursive: true });
  const groups = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];
  const shares = [parts.slice(0, 5), parts.slice(5, 6), parts.slice(6, 8), parts.slice(8)]; // the first five share one layer
  for (const [i, name] of groups.entries()) await writeFile(join(bin, `${name}.tar`), dockerArchive(shares[i] ?? []));
  for (const name of ['kubeadm', 'kubectl', 'kubelet']) {
    await writeFile(join(bin, name), `#!/bin/sh\nexec /usr/local/kube/${name} "$@"\n`, { mode: 0o755 });
  }
  await writeFile(join(folder, 'kubernetes/version'), `v${versions.kubernetes}\n`);
  const file = join(folder, 'kubernetes-server.tar.gz');
  await run('tar', ['-C', folder, '-I', 'gzip -1', '-cf', file, 'kubernetes']);
  return file;
}

/** Compresses a layer into the layout. Level 1: the time to load it counts, not its size. */
async function compress(layout: Layout, file: string): Promise<Descriptor> {
  const hash = createHash('sha256');
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const packed = `${file}.gz`;
  await pipeline(createReadStream(file), createGzip({ level: 1 }), count, createWriteStream(packed));
  const digest = `sha256:${hash.digest('hex')}`;
  await rename(packed, layout.blobPath(digest));
  return { mediaType: mediaTypes.layer, digest, size: (await stat(layout.blobPath(digest))).size };
}

/** Turns what `docker save` writes (layers as plain archives) into a layout with compressed layers. */
async function toLayout(saved: string, folder: string): Promise<void> {
  const [image] = JSON.parse(await readFile(join(saved, 'manifest.json'), 'utf8')) as {
    Config: string;
    Layers: string[];
  }[];
  if (!image) throw new Error('docker save wrote no image');
  const layout = new Layout(folder);
  const layers: Descriptor[] = [];
  for (const file of image.Layers) layers.push(await compress(layout, join(saved, file)));
  const config = layout.blob(await readFile(join(saved, image.Config)), mediaTypes.config);
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers };
  layout.add(names.node, layout.blob(Buffer.from(JSON.stringify(manifest)), mediaTypes.manifest));
  layout.finish();
}

/** The node image as an OCI layout, built by kind itself from a base and a "release" of our own making. Needs root and an engine. */
export function nodeImage(workshop: Workshop, inputs: NodeInputs): Product {
  const own = sources('node', 'oci', 'versions.ts', 'programs/kind.ts');
  const parts = [inputs.root, inputs.kind, inputs.kube, inputs.addons, inputs.coredns];
  return workshop.product('node-image', [own, ...parts], async (folder) => {
    const scratch = join(inputs.scratch, `node-${process.pid}`); // not one that a killed run's children still write to
    const root = join(scratch, 'root');
    await rm(scratch, { recursive: true, force: true });
    await mkdir(root, { recursive: true });
    const [debianRoot, kindFolder, kube, addons, coredns, engine] = await Promise.all(
      [...parts, inputs.engine].map((product) => product.folder()),
    );
    if (!debianRoot || !kindFolder || !kube || !addons || !coredns || !engine)
      throw new Error('a part of the node image is missing');
    const env = { ...process.env, PATH: enginePath(engine), DOCKER_HOST: await inputs.dockerHost() };
    await run('tar', ['-C', root, '-xf', join(debianRoot, 'root.tar')]);
    const [containerd = ''] = await inputs.debian.debs('sid', ['containerd']);
    const [busybox = ''] = await inputs.debian.debs('bookworm', ['busybox-static']);
    await run('dpkg', ['-x', containerd, join(scratch, 'containerd')]);
    await run('dpkg', ['-x', busybox, join(scratch, 'busybox')]);
    const kind = await kindSource();

    await makeBase({ root, kind, containerd: join(scratch, 'containerd'), kube, addons });
    // Names of its own: an image of the real name may be in use on this engine.
    const [base, built] = ['kpack-desktop-lab/node-base:1', 'kpack-desktop-lab/node:1'];
    const settings = [
      'ENV container=docker',
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'STOPSIGNAL SIGRTMIN+3',
      'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]',
    ];
    await tryRun('docker', ['rmi', '-f', built, base], { env }); // of a run that was killed
    await run('tar', ['-C', root, '-cf', join(scratch, 'base.tar'), '.']);
    await run('docker', ['import', ...settings.flatMap((line) => ['-c', line]), join(scratch, 'base.tar'), base], {
      env,
    });
    const server = await release(
      join(scratch, 'release'),
      await nodeParts({ root, kind, kube, addons, coredns, busybox: join(scratch, 'busybox/bin/busybox') }),
    );
    await run(
      join(kindFolder, 'kind'),
      ['build', 'node-image', '--type', 'file', '--base-image', base, '--image', built, server],
      { env },
    );

    await mkdir(join(scratch, 'saved'));
    await run('docker', ['save', '-o', join(scratch, 'saved.tar'), built], { env });
    await run('docker', ['rmi', built, base], { env }); // the engine stays as empty as a test expects to find it
    await run('tar', ['-C', join(scratch, 'saved'), '-xf', join(scratch, 'saved.tar')]);
    await mkdir(dirname(folder), { recursive: true });
    await toLayout(join(scratch, 'saved'), folder);
    await rm(scratch, { recursive: true, force: true });
  });
}
