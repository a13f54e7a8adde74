import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

/** Two projects: with Svelte's browser condition `ws` would resolve to its browser stub. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'main', environment: 'node', include: ['{main,preload,scripts,test/lab}/**/*.test.ts'] } },
      {
        plugins: [svelte(), svelteTesting()],
        test: { name: 'renderer', environment: 'jsdom', include: ['renderer/**/*.test.ts'] },
      },
    ],
  },
});
