// Where things are in the source tree.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
export const at = (...names) => path.join(root, ...names);

/** The Node that the programs run on: the version of package.json, not the system's. */
export const node = at('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
