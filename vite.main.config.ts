import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

/**
 * One program of main/ or the preload script, as one CommonJS file without relative requires: a
 * sandboxed preload script can load nothing else. ENTRY is `<name>=<source file>`.
 */
const [name = '', source = ''] = (process.env['ENTRY'] ?? '').split('=');

export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: `dist/${name.split('/').slice(0, -1).join('/')}`,
    emptyOutDir: false,
    minify: false,
    rollupOptions: {
      input: { [name.split('/').at(-1) ?? name]: source },
      external: ['electron', 'cpu-features', /\.node$/, /^node:/, ...builtinModules],
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
});
