import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { labFolder } from '../core/paths.ts';
import { layer, type Layer, type Layout } from '../oci/layout.ts';
import { Tree } from '../oci/tree.ts';
import { names, stackId, versions } from '../versions.ts';

const api = '0.10';
const homepage = (name: string) => `https://buildpacks.lab.example/${name}`;
const title = (name: string) => `Lab ${name.charAt(0).toUpperCase()}${name.slice(1)} Buildpack`;

interface Buildpack {
  readonly name: string;
  readonly version: string;
  readonly layer: Layer;
  /** Entry of the label `io.buildpacks.buildpack.layers`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The web server that lab/httpd hands out. */
export interface WebServer {
  readonly program: Buffer;
  readonly version: string;
}

function folder(name: string, version: string): string {
  return `cnb/buildpacks/lab_${name}/${version}`;
}

function heading(name: string, version: string): string {
  return `api = "${api}"\n\n[buildpack]\nid = "lab/${name}"\nversion = "${version}"\nname = "${title(name)}"\nhomepage = "${homepage(name)}"\n`;
}

function component(name: string, version: string, server: WebServer): Buildpack {
  const sbom = name === 'httpd' ? 'sbom-formats = ["application/vnd.cyclonedx+json"]\n' : '';
  const targets = `\n[[stacks]]\nid = "${stackId}"\n\n[[targets]]\nos = "linux"\narch = "amd64"\n`;
  const place = folder(name, version);
  const tree = new Tree().file(`${place}/buildpack.toml`, heading(name, version) + sbom + targets);
  const programs = join(labFolder, 'buildpacks', name, 'bin');
  if (!existsSync(programs)) throw new Error(`no buildpack lab/${name}`);
  tree.copy(`${place}/bin`, programs);
  if (name === 'httpd')
    tree.file(`${place}/deps/busybox`, server.program, { mode: 0o755 }).file(`${place}/deps/VERSION`, server.version);
  const packed = layer(tree);
  return {
    name,
    version,
    layer: packed,
    metadata: {
      api,
      homepage: homepage(name),
      layerDiffID: packed.diffId,
      name: title(name),
      stacks: [{ id: stackId }],
    },
  };
}

/** The buildpack people name, lab/web: it only says which others run, in which order. */
function composite(version: string, parts: readonly Buildpack[]): Buildpack {
  const group = parts.map((part) => ({
    id: `lab/${part.name}`,
    version: part.version,
    ...(part.name === 'procfile' ? { optional: true } : {}),
  }));
  const order = group.map(
    (entry) =>
      `[[order.group]]\nid = "${entry.id}"\nversion = "${entry.version}"\n${entry.optional ? 'optional = true\n' : ''}`,
  );
  const packed = layer(
    new Tree().file(
      `${folder('web', version)}/buildpack.toml`,
      `${heading('web', version)}\n[[order]]\n${order.join('')}`,
    ),
  );
  const metadata = {
    api,
    homepage: homepage('web'),
    layerDiffID: packed.diffId,
    name: title('web'),
    order: [{ group }],
  };
  return { name: 'web', version, layer: packed, metadata };
}

/** Both versions of the buildpackage lab/web. Only lab/httpd differs between them, so a rebuild replaces one layer. */
export function addBuildpackages(layout: Layout, server: WebServer): void {
  for (const version of [versions.buildpackage.first, versions.buildpackage.second]) {
    const parts = [
      component('httpd', version, server),
      component('site', '1.0.0', server),
      component('procfile', '1.0.0', server),
    ];
    const all = [...parts, composite(version, parts)];
    layout.image(
      names.web(version),
      all.map((part) => part.layer),
      {
        Labels: {
          'io.buildpacks.buildpackage.metadata': JSON.stringify({
            id: 'lab/web',
            version,
            homepage: homepage('web'),
            stacks: [{ id: stackId }],
          }),
          'io.buildpacks.buildpack.layers': JSON.stringify(
            Object.fromEntries(all.map((part) => [`lab/${part.name}`, { [part.version]: part.metadata }])),
          ),
        },
      },
    );
  }
}
