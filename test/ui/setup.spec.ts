import { plan, portTaken, running, status } from './backend/data.ts';
import { expect, test } from './fixture.ts';

const notReady = { ...status, ready: false, address: '' };

test('a machine that is not set up opens setup by itself, with its plan', async ({ app }) => {
  await app.open('', { status: notReady });
  await expect(app.page.getByRole('heading', { name: 'Set up build-01' })).toBeVisible();
  await expect(app.page.getByText('135 MB to bring in')).toBeVisible();
  await app.check('setup-plan');
});

test('the plan follows the chosen address and port, and starts with them', async ({ app }) => {
  const script = await app.open('#/setup', { status: notReady });
  await app.page.getByRole('radio', { name: /127\.0\.0\.1/ }).check();
  await app.page.getByLabel('Port').fill('7443');
  await app.page.getByLabel('Port').press('Tab');
  await expect(app.page.getByRole('button', { name: 'Set up this machine' })).toBeEnabled();
  await app.page.getByRole('button', { name: 'Set up this machine' }).press('Enter');
  await expect.poll(() => script.asked).toEqual(['setup.start 127.0.0.1:7443']);
});

test('a failed check says what is wrong and keeps setup from starting', async ({ app }) => {
  const check = {
    id: 'engine',
    state: 'failed' as const,
    title: { key: 'checks.engine' as const },
    found: { key: 'checks.engine_none' as const },
    cause: { key: 'checks.engine_absent' as const, params: { count: 5 } },
    fixes: [
      { id: 'check-again' as const, label: { key: 'checks.fix_check_again' as const }, primary: false, params: {} },
    ],
  };
  await app.open('#/setup', { status: notReady, plan: { ...plan, checks: [check], ready: false } });
  await expect(app.page.getByText('No engine answered at 5 usual places')).toBeVisible();
  await expect(app.page.getByRole('button', { name: 'Set up this machine' })).toBeDisabled();
  await app.check('setup-check-failed');
});

test('a missing engine can be installed by setup', async ({ app }) => {
  const script = await app.open('#/setup', {
    status: notReady,
    plan: { ...plan, engineChoices: ['docker', 'distribution'] },
  });
  await app.page.getByRole('button', { name: "Install Docker's packages" }).click();
  await expect(app.page.getByRole('button', { name: "Install Docker's packages" })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await app.check('setup-install-engine');
  await app.page.getByRole('button', { name: 'Set up this machine' }).click();
  await expect.poll(() => script.asked).toEqual(['setup.start 192.168.11.239:6443 docker']);
});

test('a run shows steps, output and what is left, and asks before it is cancelled', async ({ app }) => {
  const script = await app.open('#/setup', { status: notReady, setup: running });
  await expect(app.page.getByText('6 s elapsed · about 12 s left')).toBeVisible();
  await expect(app.page.getByText('waits for Cluster')).toBeVisible();
  await app.page.getByRole('button', { name: /running Cluster/ }).click();
  await expect(app.page.getByRole('region', { name: 'Output of the step' })).toContainText('Preparing nodes');
  await app.check('setup-running');
  await app.page.getByRole('button', { name: 'Cancel setup' }).click();
  await app.page.getByRole('dialog').getByRole('button', { name: 'Keep going' }).click();
  expect(script.asked).toEqual([]);
  await app.page.getByRole('button', { name: 'Cancel setup' }).click();
  await app.page.getByRole('dialog').getByRole('button', { name: 'Cancel setup' }).click();
  await expect.poll(() => script.asked).toEqual(['setup.cancel']);
});

test('a failure names its cause, and its fix starts setup again with another port', async ({ app }) => {
  const script = await app.open('#/setup', { status: notReady, setup: portTaken });
  await expect(app.page.getByRole('heading', { name: 'Port 6443 on 192.168.11.239 is already used' })).toBeVisible();
  await expect(app.page.getByText('Stopped at Cluster; what is finished stays')).toBeVisible();
  await app.check('setup-failed');
  await app.page.getByRole('button', { name: 'Use port 6444 and continue' }).click();
  await expect.poll(() => script.asked).toEqual(['setup.start 192.168.11.239:6444']);
});

test('the whole cluster is removed only after a question, its data only when that was chosen', async ({ app }) => {
  const script = await app.open('#/cluster');
  await app.page.getByRole('button', { name: 'Remove cluster' }).click();
  await app.check('cluster-remove');
  await app.page.getByRole('checkbox').check();
  await app.page.getByRole('dialog').getByRole('button', { name: 'Remove cluster' }).click();
  await expect.poll(() => script.asked).toEqual(['setup.remove true']);
});
