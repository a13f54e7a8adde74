import { build, buildDetail } from './backend/data.ts';
import { expect, test } from './fixture.ts';

const path = '#/images/default/reward-dining/builds/reward-dining-build-2';
const log = (lines: number, complete = true) => [
  { step: 'prepare', lines: 8, bytes: 400, complete: true, warnings: 0, errors: 0, gaps: [] },
  { step: 'build', lines, bytes: lines * 80, complete, warnings: 1, errors: 0, gaps: [] },
];
const line = (step: string, index: number) =>
  index % 10 === 7
    ? `[\u001b[33mWARNING\u001b[0m] ${step} ${String(index)} is old`
    : `${step} line ${String(index + 1)}`;

test('a running build shows its steps, follows its log and is cancelled after a question', async ({ app }) => {
  const row = build(2, { state: 'running', finishedAt: null, durationMs: null, digest: '' });
  const script = await app.open(path, { buildDetails: [buildDetail(row, 4)], log: log(300, false), line });
  await expect(app.page.getByRole('region', { name: 'Log' }).last()).toContainText('build line 300');
  await expect(app.page.getByRole('button', { name: 'Follow' })).toHaveAttribute('aria-pressed', 'true');
  await app.check('build-running');
  await app.page.getByRole('button', { name: 'Cancel build' }).click();
  await app.page.getByRole('dialog').getByRole('button', { name: 'Cancel build' }).click();
  await expect.poll(() => script.asked).toEqual(['builds.cancel reward-dining-build-2']);
});

test('following ends when the reader scrolls up', async ({ app }) => {
  const row = build(2, { state: 'running', finishedAt: null, durationMs: null, digest: '' });
  await app.open(path, { buildDetails: [buildDetail(row, 4)], log: log(3000, false), line });
  const view = app.page.getByRole('region', { name: 'Log' }).last();
  await expect(view).toContainText('build line 3000');
  await view.hover();
  await app.page.mouse.wheel(0, -4000);
  await expect(app.page.getByRole('button', { name: 'Follow' })).toHaveAttribute('aria-pressed', 'false');
});

test('a million lines are a handful of rows in the document, and search goes through all of them', async ({ app }) => {
  const many = log(1_000_000);
  await app.open(path, {
    buildDetails: [buildDetail(build(2))],
    log: many,
    line: (step, index) => (index === 765_432 ? 'a rare needle' : `${step} line ${String(index + 1)}`),
  });
  const view = app.page.getByRole('region', { name: 'Log' }).last();
  await expect(view).toContainText('build line 1');
  await app.page.keyboard.press('/');
  await app.page.keyboard.type('needle');
  await expect(app.page.getByText('1 of 1')).toBeVisible();
  await expect(view.locator('mark')).toHaveText('needle');
  expect(await view.locator('[data-line]').count()).toBeLessThan(120);
});

test('colours, warnings and control characters of the log are drawn safely', async ({ app }) => {
  const nasty = [
    '<img src=x onerror=alert(1)>',
    '\u001b[31mred\u001b[0m \u001b]0;title\u0007end',
    '10 %\r100 %',
    '右から左 \u202e txet',
  ];
  await app.open(path, {
    buildDetails: [buildDetail(build(2))],
    log: log(4),
    line: (_step, index) => nasty[index] ?? '',
  });
  const view = app.page.getByRole('region', { name: 'Log' }).last();
  await expect(view.locator('[data-line="0"]')).toContainText('<img src=x onerror=alert(1)>');
  await expect(view.locator('.text-ansi-red')).toHaveText('red');
  await expect(view.locator('[data-line="2"]')).toContainText('100 %');
  await expect(view.locator('[data-line="2"]')).not.toContainText('10 %1');
});

test('a failed build says cause, step and exit code, with the lines that prove it', async ({ app }) => {
  const detail = {
    ...buildDetail(build(2, { state: 'failed', digest: '' }), 4),
    verdict: {
      headline: { key: 'explain.said' as const, params: { words: 'index.html:12: unexpected end of template' } },
      where: { key: 'explain.where_step' as const, params: { step: 'build', code: 51, done: 4, count: 7 } },
      evidence: [{ line: 59, text: '[ERROR] index.html:12: unexpected end of template' }],
      fixes: [
        { id: 'build-again' as const, label: { key: 'explain.fix_build_again' as const }, primary: true, params: {} },
      ],
      raw: 'Container build terminated with error',
    },
  };
  const script = await app.open(path, { buildDetails: [detail], log: log(60), line });
  await expect(app.page.getByRole('heading', { name: /unexpected end of template/ })).toBeVisible();
  await app.page.getByRole('button', { name: 'Show details' }).click();
  await expect(app.page.getByText('Container build terminated with error')).toBeVisible();
  await app.check('build-failed');
  await app.page
    .getByRole('region', { name: /unexpected end/ })
    .getByRole('button')
    .first()
    .click();
  await expect.poll(() => script.asked).toEqual(['images.build default/reward-dining']);
});

test('a build that is only in the archive says so; one that never was, too', async ({ app }) => {
  await app.open(path, { buildDetails: [buildDetail(build(2, { live: false }))], log: log(5), line });
  await expect(app.page.getByText(/from the archive/)).toBeVisible();
  await app.check('build-archived');
  await app.open('#/images/default/web/builds/web-build-9');
  await expect(app.page.getByText('This build does not exist.')).toBeVisible();
});
