import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { pushDemoApp, type GitServer } from '../lab/index.ts';
import { jsonLines, Machine } from './support/machine.ts';
import { Product, type Server } from './support/product.ts';
import { Photographer } from './support/screens.ts';

/** The story through the page: from an engine with nothing on it to a running image, by mouse and keyboard. */
test.describe.configure({ mode: 'serial' });

const machine = new Machine();
const steps = ['prepare', 'analyze', 'detect', 'restore', 'build', 'export', 'completion'];
let home = '';
let product: Product;
let server: Server;
let page: Page;
let camera: Photographer;
let git: GitServer;
let commit = '';
let logBefore = '';

test.beforeAll(async ({ browser }) => {
  home = await mkdtemp(path.join(tmpdir(), 'kpack-desktop-story-'));
  product = new Product(home, machine.env);
  await machine.wipe();
  server = await product.serve();
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  page = await context.newPage();
  camera = new Photographer(browser, page);
  await page.goto(server.url);
});

test.afterAll(async () => {
  await server.stop();
  await product.cli(['remove', '--yes', '--json', '--registry-data']);
  await rm(home, { recursive: true, force: true });
});

test('setup from a bundle reaches a Ready builder', async () => {
  await expect(page.getByRole('heading', { name: /^Set up/ })).toBeVisible();
  await page.getByRole('radio', { name: /Offline bundle/ }).check();
  await page.getByPlaceholder('Path of the bundle').fill(machine.bundle);
  await page.getByPlaceholder('Path of the bundle').press('Tab');
  await expect(page.getByRole('cell', { name: 'v1.34.10' })).toBeAttached();
  await camera.shoot('setup-plan', async (other) =>
    other.getByRole('button', { name: 'このマシンをセットアップ' }).waitFor(),
  );
  await page.getByRole('button', { name: 'Set up this machine' }).click();
  await expect(page.getByRole('heading', { name: 'Setting up this machine' })).toBeVisible();
  await expect(page.locator('li', { hasText: 'Starting Kubernetes' })).toBeVisible({ timeout: 120_000 });
  await camera.shoot('setup-running', async (other) =>
    other.getByRole('heading', { name: 'このマシンをセットアップ中' }).waitFor(),
  );
  await expect(page.getByRole('heading', { name: 'This machine is ready' })).toBeVisible({ timeout: 300_000 });
  await camera.shoot('setup-done', async (other) =>
    other.getByRole('heading', { name: 'このマシンの準備ができました' }).waitFor(),
  );
});

test('a new image is made from a git URL', async () => {
  git = await machine.git();
  commit = await pushDemoApp(git, { repository: 'reward-dining', version: '1.0.0' });
  await page.getByRole('button', { name: 'Build your first image' }).click();
  await page.getByLabel('Git URL').fill('http://127.0.0.1:9/nothing.git');
  await expect(page.locator('#field-gitUrl-help')).toContainText(/build pod|pod/i);
  await camera.shoot('new-image-error');
  await page.getByLabel('Git URL').fill(`${git.clusterUrl ?? ''}/reward-dining.git`);
  await expect(page.getByText(/Answers without a password/)).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('reward-dining');
  await expect(page.getByLabel('Revision', { exact: true }).first()).toHaveValue('main');
  await page.getByRole('button', { name: 'Add variable' }).click();
  await page.getByLabel('Name of the variable').fill('LAB_LOG_LINES');
  await page.getByLabel('Value of the variable').fill('60');
  await expect(page.getByRole('region', { name: 'YAML' })).toContainText('LAB_LOG_LINES');
  await camera.shoot('new-image');
  await page.getByRole('button', { name: 'Create image' }).click();
  await expect(page.getByRole('heading', { name: 'reward-dining' })).toBeVisible();
});

test('build 1 (CONFIG) is watched live to its end', async () => {
  const row = page.locator('tr[data-build="1"]');
  await expect(row).toContainText('CONFIG', { timeout: 120_000 });
  await row.getByRole('link', { name: '1' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Build 1' })).toBeVisible();
  const log = page.getByRole('region', { name: 'Log' }).last();
  await expect(log).toContainText(/Downloading package|Downloaded from/, { timeout: 180_000 });
  await camera.shoot('build-running', async (other) => other.getByRole('heading', { name: 'ビルド 1' }).waitFor());
  await expect(page.locator('[data-state="succeeded"]')).toBeVisible({ timeout: 180_000 });
  for (const step of steps)
    await expect(
      page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: new RegExp(`done ${step}`) }),
    ).toBeVisible();
  await page.getByLabel('Search log').fill('WARNING');
  await expect(page.getByText(/\d+ of \d+/)).toBeVisible();
  await camera.shoot('build-finished', async (other) => other.locator('[data-state="succeeded"]').waitFor());
});

test('the archived log equals what the containers printed', async () => {
  const pod = await machine.kubectl(
    home,
    'get',
    'pods',
    '-l',
    'image.kpack.io/image=reward-dining',
    '-o',
    'jsonpath={.items[0].metadata.name}',
  );
  const archived = await product.cli(['build', 'logs', 'reward-dining', '--build', '1', '--json']);
  expect(archived.code).toBe(0);
  const lines = archived.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { step?: string; text?: string });
  for (const step of steps) {
    const real = await machine.kubectl(home, 'logs', pod, '-c', step);
    expect(
      lines
        .filter((line) => line.step === step)
        .map((line) => line.text)
        .join('\n')
        .trimEnd(),
      step,
    ).toBe(real.trimEnd());
  }
});

test('the built image runs and answers over HTTP', async () => {
  await page.getByRole('link', { name: 'reward-dining' }).click();
  await page.getByRole('button', { name: 'Run image' }).first().click();
  await page.getByRole('tabpanel').getByRole('button', { name: 'Run image' }).click();
  await expect(page.getByText(/First answer: HTTP 200/)).toBeVisible({ timeout: 120_000 });
  const url = await page
    .getByRole('tabpanel')
    .getByText(/^http:\/\/127\.0\.0\.1:\d+/)
    .innerText();
  const answer = await (await fetch(url)).text();
  expect(answer).toContain('1.0.0');
  await camera.shoot('image-run');
  await page.getByRole('button', { name: 'Stop image' }).click();
  await expect(page.getByLabel('Port on this machine')).toBeVisible();
});

test('the command line tells the same and runs the image too', async () => {
  const status = jsonLines((await product.cli(['status', '--json'])).stdout)[0];
  expect(status).toMatchObject({ ready: true });
  const images = jsonLines((await product.cli(['image', 'list', '--json'])).stdout);
  expect(images).toEqual([expect.objectContaining({ name: 'reward-dining', health: 'ready', commit })]);
  const builds = jsonLines((await product.cli(['build', 'list', 'reward-dining', '--json'])).stdout);
  expect(builds).toEqual([expect.objectContaining({ number: 1, state: 'succeeded', reasons: ['CONFIG'] })]);
  let answer = '';
  const ended = await product.cli(['run', 'reward-dining'], (child) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (url === undefined || answer !== '' || !/Answers with 200/.test(printed)) return;
      answer = 'asked';
      void fetch(url)
        .then((response) => response.text())
        .then((text) => {
          answer = text;
          child.kill('SIGINT');
        });
    });
  });
  expect(ended.stderr).toBe('');
  expect(answer).toContain('1.0.0');
  expect(await machine.docker('ps', '-aq', '--filter', 'label=io.kpack-desktop.run')).toBe('');
});

test('a build that fails says step, exit code and the lines that prove it', async () => {
  const made = await product.cli([
    'image',
    'create',
    'broken',
    '--git',
    `${git.clusterUrl ?? ''}/reward-dining.git`,
    '--revision',
    'main',
    '--env',
    'LAB_FAIL=1',
    '--json',
  ]);
  expect(made.code, made.stderr + made.stdout).toBe(0);
  await page.getByRole('link', { name: 'Images' }).first().click();
  const row = page.getByRole('row').filter({ hasText: 'broken' });
  await expect(row.locator('[data-state="failed"]')).toBeVisible({ timeout: 180_000 });
  await camera.shoot('images', async (other) => other.getByText('broken').first().waitFor());
  await row.getByRole('link', { name: 'broken' }).click();
  await page.locator('tr[data-build="1"]').click();
  await expect(page.getByText(/51/).first()).toBeVisible();
  await expect(page.locator('ol', { hasText: 'unexpected end of template' }).first()).toBeVisible();
  await camera.shoot('build-failed', async (other) => other.locator('[data-state="failed"]').waitFor());
});

test('an image is deleted after it was said what goes and what stays', async () => {
  logBefore = (await product.cli(['build', 'logs', 'broken', '--build', '1'])).stdout;
  await page.getByRole('link', { name: 'Images' }).first().click();
  const row = page.getByRole('row').filter({ hasText: 'broken' });
  await row.getByRole('button', { name: 'Actions for broken' }).click();
  await page.getByRole('menuitem', { name: 'Delete image' }).click();
  await expect(page.getByRole('dialog')).toContainText('stays in the registry');
  await camera.shoot('delete-image');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete image' }).click();
  await expect(row).toHaveCount(0);
  expect(await machine.kubectl(home, 'get', 'images.kpack.io', '-o', 'name')).not.toContain('broken');
});

test('log and record read the same after pod and build are gone', async () => {
  await expect.poll(() => machine.kubectl(home, 'get', 'builds,pods', '-o', 'name')).not.toContain('broken');
  await page.goto(`${new URL(page.url()).origin}/#/images/default/broken/builds/broken-build-1`);
  await expect(page.getByText(/from the archive/)).toBeVisible();
  await expect(page.locator('[data-state="failed"]')).toBeVisible();
  // A failed build opens at the end of its log; where in it the lines of standard error stand is up to the node.
  await expect(page.getByRole('region', { name: 'Log' }).last()).toContainText('ERROR: failed to build');
  const after = await product.cli(['build', 'logs', 'broken', '--build', '1']);
  expect(logBefore).toContain('unexpected end of template');
  expect(after.stdout).toBe(logBefore);
});

test('the kubeconfig is private and the page needs its cookie', async ({ browser }) => {
  const { mode } = await import('node:fs').then(({ statSync }) => statSync(path.join(home, 'kubeconfig')));
  expect(mode & 0o777).toBe(0o600);
  expect(await readFile(path.join(home, 'kubeconfig'), 'utf8')).toContain('client-key-data');
  const stranger = await browser.newPage();
  expect((await stranger.goto(new URL(page.url()).origin))?.status()).toBe(401);
  expect((await stranger.goto(server.url))?.status()).not.toBe(200);
  await stranger.close();
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
});
