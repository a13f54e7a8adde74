// `npm test`: installs the packages, then runs everything on the project's own Node.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installDependencies } from './parts/dependencies.mjs';
import { at, node, root } from './parts/tree.mjs';

installDependencies(() => process.stderr.write('Installing packages\n'));
process.on('SIGINT', () => {});
const PATH = [at('node_modules', '.bin'), process.env.PATH].join(path.delimiter);
const { status } = spawnSync(node, [at('scripts', 'tests', 'run.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH },
});
process.exitCode = status ?? 1;
