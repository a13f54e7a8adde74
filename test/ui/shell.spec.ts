import { image, imageDetail, running, status } from './backend/data.ts';
import { expect, test } from './fixture.ts';

test('the palette finds an image and opens it by keyboard alone', async ({ app }) => {
  const rows = [image('hotel-guide'), image('reward-dining')];
  await app.open('#/images', { images: rows, details: rows.map((row) => imageDetail(row)) });
  await app.page.keyboard.press('Control+k');
  await expect(app.page.getByRole('dialog').getByText('hotel-guide').first()).toBeVisible();
  await app.check('palette');
  await app.page.keyboard.type('reward');
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByRole('heading', { name: 'reward-dining' })).toBeVisible();
});

test('language and theme change at once and are kept', async ({ app }) => {
  const script = await app.open('#/settings');
  await app.page.getByLabel('Language').selectOption('ja');
  await expect(app.page.getByRole('heading', { name: '設定' })).toBeVisible();
  await app.page.getByLabel('テーマ').selectOption('dark');
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect.poll(() => script.settings).toEqual({ language: 'ja', theme: 'dark' });
});

test('keys, help and settings can be reached and hold to the rules', async ({ app }) => {
  await app.open('#/help');
  await expect(app.page.getByRole('heading', { name: 'Help' })).toBeVisible();
  await app.check('help');
  await app.page.keyboard.press('?');
  await expect(app.page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('link', { name: 'Settings' }).click();
  await expect(app.page.getByText('/home/team/.local/share/kpack-desktop')).toBeVisible();
  await app.check('settings');
  await app.page.getByRole('link', { name: 'Cluster' }).click();
  await app.check('cluster');
});

test('the status bar says since when the connection is gone', async ({ app }) => {
  await app.open('#/images', {
    status: { ...status, freshness: { state: 'reconnecting', since: Date.UTC(2026, 10, 20, 22, 41) } },
  });
  await expect(app.page.getByRole('contentinfo')).toContainText('Reconnecting, showing what was true at');
});

test.describe('in Japanese', () => {
  test.use({ locale: 'ja-JP' });

  test('every screen speaks it', async ({ app }) => {
    const row = image('reward-dining');
    await app.open('#/images', { images: [row], details: [imageDetail(row)] });
    await expect(app.page.getByRole('heading', { name: 'イメージ' })).toBeVisible();
    await app.check('images-ja');
    await app.open('#/images/new');
    await expect(app.page.getByRole('button', { name: 'イメージを作成' })).toBeVisible();
    await app.check('new-image-ja');
    await app.open('#/setup', { setup: running, status: { ...status, ready: false } });
    await expect(app.page.getByRole('heading', { name: 'このマシンをセットアップ中' })).toBeVisible();
    await app.check('setup-running-ja');
  });
});
