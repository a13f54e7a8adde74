import { join } from 'node:path';
import { layer, type Layer, type Layout } from '../oci/layout.ts';
import { Tree } from '../oci/tree.ts';
import { names } from '../versions.ts';

/** kpack's own programs, each an image, under the names its configuration uses. */
export const kpackPrograms = ['controller', 'webhook', 'build-init', 'build-waiter', 'rebase', 'completion'] as const;

/** Adds kpack's images; paths and user as in the published ones, which buildpacks made. Returns each image's full name with digest. */
export function addKpack(layout: Layout, base: Layer, programs: string): Map<string, string> {
  const references = new Map<string, string>();
  for (const program of kpackPrograms) {
    const path = `cnb/process/${program}`;
    const name = names.kpack(program);
    const digest = layout.image(name, [base, layer(new Tree().program(path, join(programs, program)))], {
      User: '1002:1000',
      WorkingDir: '/home/cnb',
      Entrypoint: [`/${path}`],
      Env: ['PATH=/cnb/process', 'HOME=/home/cnb'],
    });
    references.set(program, `${name.slice(0, name.lastIndexOf(':'))}@${digest}`);
  }
  return references;
}

const phases = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'extender', 'rebaser', 'restorer'];
const apis = {
  buildpack: { deprecated: [], supported: ['0.7', '0.8', '0.9', '0.10', '0.11'] },
  platform: { deprecated: [], supported: ['0.7', '0.8', '0.9', '0.10', '0.11', '0.12', '0.13', '0.14'] },
};

function descriptor(version: string): string {
  const list = (values: readonly string[]) => `[${values.map((value) => `"${value}"`).join(', ')}]`;
  const tables = Object.entries(apis).map(
    ([name, { supported }]) => `[apis.${name}]\ndeprecated = []\nsupported = ${list(supported)}\n`,
  );
  return `${tables.join('\n')}\n[api]\nplatform = "0.7"\nbuildpack = "0.7"\n\n[lifecycle]\nversion = "${version}"\n`;
}

/** Adds a lifecycle image. kpack takes its last layer as the lifecycle, so that layer holds nothing else. Returns name with digest. */
export function addLifecycle(layout: Layout, base: Layer, programs: string, version: string): string {
  const folder = 'cnb/lifecycle';
  const tree = new Tree()
    .program(`${folder}/lifecycle`, join(programs, 'lifecycle'))
    .program(`${folder}/launcher`, join(programs, 'launcher'))
    .file(`${folder}/lifecycle.toml`, descriptor(version));
  for (const phase of phases) tree.symlink(`${folder}/${phase}`, 'lifecycle');
  const name = names.lifecycle(version);
  const digest = layout.image(name, [base, layer(tree)], {
    Labels: {
      'io.buildpacks.lifecycle.version': version,
      'io.buildpacks.lifecycle.apis': JSON.stringify(apis),
      'io.buildpacks.builder.metadata': JSON.stringify({
        lifecycle: { version },
        api: { buildpack: '0.7', platform: '0.7' },
      }),
    },
  });
  return `${name.slice(0, name.lastIndexOf(':'))}@${digest}`;
}
