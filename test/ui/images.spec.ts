import { build, image, imageDetail, now, status } from './backend/data.ts';
import { noRun } from './backend/scenario.ts';
import { expect, test } from './fixture.ts';

const long = '予約管理システム-とても長い名前の飲食店ポイント連携サービス-バックエンド-staging-0123456789';
const rows = [
  image('hotel-guide'),
  image('table-booking', {
    health: 'failed',
    cause: { key: 'explain.said', params: { words: 'index.html:12: unexpected end of template' } },
    builtAt: now - 60_000,
  }),
  image('mail-worker', { health: 'stalled', cause: { key: 'explain.stalled' }, builtAt: now - 3_600_000 }),
  image('reward-dining', {
    health: 'building',
    running: {
      build: 'reward-dining-build-3',
      number: 3,
      step: 'build',
      stepIndex: 4,
      stepCount: 7,
      startedAt: now,
      expectedMs: 20_000,
    },
  }),
];

test('an empty table begins with the field for a git URL', async ({ app }) => {
  await app.open('#/images');
  await expect(app.page.getByText('No images yet. Give a git URL.')).toBeVisible();
  await app.check('images-empty');
  await app.page.getByRole('textbox', { name: 'Git URL' }).fill('https://git.example/team/app.git');
  await app.page.getByRole('button', { name: 'Continue' }).click();
  await expect(app.page.getByLabel('Name', { exact: true })).toHaveValue('app');
});

test('the table shows state, reason and cause, and filters by tab and words', async ({ app }) => {
  await app.open('#/images', { images: rows });
  await expect(app.page.getByRole('row', { name: /reward-dining/ })).toContainText('Building');
  await app.check('images');
  await app.page.getByRole('tab', { name: /Failed/ }).click();
  await expect(app.page.getByRole('table').getByRole('row')).toHaveCount(2);
  await app.page.getByRole('tab', { name: /All/ }).click();
  await app.page.keyboard.press('/');
  await app.page.keyboard.type('mail');
  await expect(app.page.getByRole('table').getByRole('row')).toHaveCount(2);
  await expect(app.page.getByRole('row', { name: /mail-worker/ })).toBeVisible();
});

test('the keyboard alone moves, opens and builds', async ({ app }) => {
  const script = await app.open('#/images', { images: rows, details: rows.map((row) => imageDetail(row)) });
  await app.page.getByRole('rowgroup', { name: 'Images' }).focus();
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('b');
  await expect.poll(() => script.asked).toEqual(['images.build default/table-booking']);
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByRole('heading', { name: 'table-booking', exact: true })).toBeVisible();
});

test('two thousand images stay a handful of rows in the document', async ({ app }) => {
  const many = Array.from({ length: 2000 }, (_, i) =>
    image(`service-${String(i).padStart(4, '0')}`, { builtAt: now - i * 1000 }),
  );
  await app.open('#/images', { images: many });
  await expect(app.page.getByRole('row', { name: /service-0000/ })).toBeVisible();
  expect(await app.page.getByRole('row').count()).toBeLessThan(60);
  await app.page.getByRole('rowgroup', { name: 'Images' }).focus();
  await app.page.keyboard.press('End');
  await expect(app.page.getByRole('row', { name: /service-1999/ })).toBeVisible();
});

test('loading, a lost cluster, no kpack and no rights are told apart', async ({ app }) => {
  await app.open('#/images', { imagesState: 'loading' });
  await expect(app.page.getByText('Loading')).toBeAttached();
  await app.open('#/images', { images: rows, imagesState: 'reconnecting' });
  await expect(app.page.getByText(/Reconnecting, showing what was true at/).first()).toBeVisible();
  await app.open('#/images', { imagesState: 'absent' });
  await expect(app.page.getByText('kpack is not installed in this cluster')).toBeVisible();
  await app.open('#/images', { imagesState: 'forbidden' });
  await expect(app.page.getByText('This account may not list images')).toBeVisible();
});

test('long names and a narrow window break nothing', async ({ app }) => {
  await app.page.setViewportSize({ width: 1024, height: 700 });
  await app.open('#/images', {
    images: [image(long), ...rows],
    details: [imageDetail(image(long))],
    status: { ...status, machine: long },
  });
  await expect(app.page.getByRole('row', { name: /予約管理/ })).toBeVisible();
  await app.fits();
  await app.check('images-1024');
  await app.page.getByRole('link', { name: long }).click();
  await expect(app.page.getByRole('heading', { name: long })).toBeVisible();
  await app.fits();
  await app.check('image-1024');
});

test('an image is deleted after a question that says what goes and what stays', async ({ app }) => {
  const script = await app.open('#/images', { images: rows });
  await app.page.getByRole('button', { name: 'Actions for hotel-guide' }).click();
  await app.page.getByRole('menuitem', { name: 'Delete image' }).click();
  await expect(app.page.getByRole('dialog')).toContainText('172.30.255.10:5000/apps/web:latest');
  await app.page.getByRole('dialog').getByRole('button', { name: 'Keep image' }).click();
  expect(script.asked).toEqual([]);
  await app.page.getByRole('button', { name: 'Actions for hotel-guide' }).click();
  await app.page.getByRole('menuitem', { name: 'Delete image' }).click();
  await app.check('image-delete');
  await app.page.getByRole('dialog').getByRole('button', { name: 'Delete image' }).click();
  await expect.poll(() => script.asked).toEqual(['images.remove hotel-guide']);
});

test('the page of an image shows builds, configuration and running it', async ({ app }) => {
  const row = image('reward-dining');
  const script = await app.open('#/images/default/reward-dining', {
    images: [row],
    details: [imageDetail(row)],
    builds: [build(2), build(1)],
  });
  await expect(app.page.locator('tr[data-build="2"]')).toContainText('COMMIT');
  await app.check('image-builds');
  await app.page.getByRole('tab', { name: 'Configuration' }).click();
  await expect(app.page.getByRole('region', { name: 'YAML' })).toContainText('kind: Image');
  await app.check('image-configuration');
  await app.page.getByRole('tab', { name: 'Run' }).click();
  await app.page.getByLabel('Port on this machine').fill('80');
  await app.page.getByRole('tabpanel').getByRole('button', { name: 'Run image' }).click();
  await expect(app.page.getByText('Port 80 on 127.0.0.1 is already used')).toBeVisible();
  await app.check('image-run-refused');
  await app.page.getByRole('button', { name: 'Use port 8080 and continue' }).click();
  await expect.poll(() => script.asked).toEqual(['run.start 80', 'run.start 8080']);
});

test('a running image shows its address, its first answer and its log', async ({ app }) => {
  const row = image('web');
  const run = {
    ...noRun,
    phase: 'running' as const,
    url: 'http://127.0.0.1:8080',
    port: 8080,
    answer: { status: 200, ms: 12 },
    log: ['listening on 8080'],
  };
  const script = await app.open('#/images/default/web', { details: [imageDetail(row)], run });
  await app.page.getByRole('tab', { name: 'Run' }).click();
  await expect(app.page.getByText('First answer: HTTP 200 after 12 ms')).toBeVisible();
  await expect(app.page.getByRole('region', { name: 'Log of the container' })).toContainText('listening on 8080');
  await app.check('image-run');
  await app.page.getByRole('button', { name: 'Stop image' }).click();
  await expect.poll(() => script.asked).toEqual(['run.stop']);
});

test('an image that is not there says so and leads back', async ({ app }) => {
  await app.open('#/images/default/nowhere');
  await expect(app.page.getByText('There is no image nowhere in default')).toBeVisible();
  await app.page.getByRole('button', { name: 'All images' }).click();
  await expect(app.page.getByRole('heading', { name: 'Images' })).toBeVisible();
});
