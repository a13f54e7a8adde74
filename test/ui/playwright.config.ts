import { defineConfig } from '@playwright/test';

/** Every screen against a scripted backend that speaks the same contract. No retries: a test that passes at the second try has failed. */
export default defineConfig({
  testDir: '.',
  testMatch: /.*\.spec\.ts$/,
  workers: 1,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 5000 },
  outputDir: '../../test-results/ui',
  reporter: [['list'], ['json', { outputFile: '../../test-results/ui.json' }]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium' },
  },
});
