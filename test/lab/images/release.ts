import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { labFolder } from '../core/paths.ts';
import { run } from '../core/run.ts';
import { versions } from '../versions.ts';

/**
 * kpack's release YAML out of the templates in its Go module. Upstream fills them in with ytt; all they use of it are single values
 * (`key: #@ data.values.NAME.image`), which takes no template engine.
 */
export async function kpackRelease(images: ReadonlyMap<string, string>, lifecycle: string): Promise<string> {
  const module = await run('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/pivotal/kpack'], {
    cwd: join(labFolder, 'go/kpack'),
  });
  const values = new Map<string, string>([
    ['kpack_version', versions.kpack],
    ['lifecycle.image', lifecycle],
  ]);
  for (const [program, image] of images) values.set(`${program.replaceAll('-', '_')}.image`, image);
  const files = (await readdir(join(module, 'config')))
    .filter((name) => name.endsWith('.yaml') && name !== 'schema.yaml')
    .sort();
  const documents: string[] = [];
  for (const file of files) {
    const filled = (await readFile(join(module, 'config', file), 'utf8'))
      .replace(/#@ data\.values\.(\S+)/g, (_all, name: string) => JSON.stringify(values.get(name) ?? fail(file, name)))
      .replace(/^#.*\n/gm, ''); // loads of ytt, and licences
    if (filled.includes('#@')) fail(file, 'something else than a value');
    documents.push(...filled.split(/^---\s*$/m).filter((document) => document.trim()));
  }
  return `${documents.map((document) => document.trim()).join('\n---\n')}\n`;
}

function fail(file: string, what: string): never {
  throw new Error(`kpack's template ${file} asks for ${what}, which the lab does not have`);
}
