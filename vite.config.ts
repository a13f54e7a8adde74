import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

/** The page. Nothing is inlined as `data:`, so that the content security policy can stay strict. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [svelte(), tailwindcss()],
  build: { outDir: '../dist/renderer', emptyOutDir: true, assetsInlineLimit: 0, target: 'chrome140' },
});
