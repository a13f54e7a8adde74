import { expect, test } from './fixture.ts';

test('the form proposes name, revision and tag from a git URL and makes the image', async ({ app }) => {
  const script = await app.open('#/images/new');
  await app.page.getByLabel('Git URL').fill('https://git.example/team/Reward_Dining.git');
  await expect(app.page.getByLabel('Name', { exact: true })).toHaveValue('reward-dining');
  await expect(app.page.getByLabel('Tag', { exact: true })).toHaveValue('172.30.255.10:5000/apps/reward-dining');
  await expect(app.page.getByText('Answers without a password. Branches: 2, tags: 1.')).toBeVisible();
  await app.page.getByRole('radio', { name: /v1\.0\.0/ }).click();
  await expect(app.page.getByText('A tag: built again when the tag moves')).toBeVisible();
  await app.check('new-image');
  await app.page.getByRole('button', { name: 'Create image' }).click();
  await expect
    .poll(() => script.asked)
    .toEqual(['images.create reward-dining v1.0.0 172.30.255.10:5000/apps/reward-dining']);
});

test('a bad field shows its error beside it, takes the focus, and its fix fills it', async ({ app }) => {
  const script = await app.open('#/images/new', {
    check: {
      errors: [
        {
          field: 'tag',
          index: null,
          cause: { key: 'images.backend_tag_localhost', params: { host: 'localhost' } },
          fixes: [
            {
              id: 'use-value',
              label: { key: 'images.backend_use_value', params: { value: '172.30.255.10:5000/apps/web' } },
              primary: true,
              params: { field: 'tag', value: '172.30.255.10:5000/apps/web' },
            },
          ],
        },
      ],
      warnings: [],
      yaml: 'kind: Image\n',
      command: 'kp image save',
    },
  });
  await app.page.getByLabel('Tag', { exact: true }).fill('localhost:5000/web');
  await app.page.getByLabel('Git URL').focus();
  await expect(app.page.locator('#field-tag-help .text-bad-text')).toBeVisible();
  await app.check('new-image-error');
  await app.page.getByRole('button', { name: 'Create image' }).click();
  await expect(app.page.getByLabel('Tag', { exact: true })).toBeFocused();
  expect(script.asked).toEqual([]);
  await app.page.locator('#field-tag-help').getByRole('button').click();
  await expect(app.page.getByLabel('Tag', { exact: true })).toHaveValue('172.30.255.10:5000/apps/web');
});
