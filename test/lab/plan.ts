import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { Debian } from './core/debian.ts';
import type { LabPaths } from './core/paths.ts';
import { Workshop, type Log, type Product } from './core/workshop.ts';
import { offlineBundle } from './bundle.ts';
import { engineProgram } from './engine/programs.ts';
import { gitServerImage, imageSet } from './images/images.ts';
import { nodeImage } from './node/image.ts';
import { debianRoot } from './node/root.ts';
import { goPrograms } from './programs/go.ts';
import { kindProgram } from './programs/kind.ts';

/** What the lab makes, and what each thing is made of. Declared at once; made when asked for. */
export interface Plan {
  readonly workshop: Workshop;
  readonly engine: Product;
  readonly bundle: Product;
  /** Programs for tests: kubectl, kp, crane, kind, docker. */
  readonly bin: Product;
  readonly gitServer: Product;
  /** Makes the slow parts that are missing, in an order that suits a small machine: one compiler at a time. */
  prepare(): Promise<void>;
}

/** Declares everything. `dockerHost` is asked for when an image is built that needs an engine. */
export function makePlan(paths: LabPaths, log: Log, dockerHost: () => Promise<string>): Plan {
  const workshop = new Workshop(paths.cache, log);
  const debian = new Debian(join(paths.cache, 'debs'), paths.state);
  const go = goPrograms(workshop);
  const engine = engineProgram(workshop, debian);
  const kind = kindProgram(workshop, debian);
  const root = debianRoot(workshop);
  const node = nodeImage(workshop, { ...go, debian, root, kind, engine, dockerHost, scratch: paths.state });
  const images = imageSet(workshop, debian, go);
  const bundle = offlineBundle(workshop, { kind, node, images });
  const gitServer = gitServerImage(workshop, debian, go);
  const programs = [
    ['kind', kind, 'kind'],
    ['docker', engine, 'usr/bin/docker'],
    ['kubectl', go.kube, 'kube-all'], // it goes by the name it is called
    ['kp', go.kp, 'kp'],
    ['crane', go.crane, 'crane'],
  ] as const;
  const bin = workshop.product('bin', programs.flat(), async (folder) => {
    for (const [name, product, path] of programs) linkSync(join(await product.folder(), path), join(folder, name));
  });

  const prepare = async () => {
    const missing = new Set<Product>();
    const need = (product: Product, ...parts: Product[]) => {
      if (!product.ready()) for (const part of parts) missing.add(part);
    };
    if (!bundle.ready()) {
      need(node, go.kube, go.addons, go.coredns);
      need(images, go.kpack, go.lifecycle, go.lifecycleOther, go.registry);
    }
    need(bin, go.kube, go.kp, go.crane);
    need(gitServer, go.git);
    const system = bundle.ready() || node.ready() ? undefined : root.folder(); // waits for a mirror, while the compiler needs the processor
    for (const product of missing) await product.folder();
    await system;
  };
  return { workshop, engine, bundle, bin, gitServer, prepare };
}
