import type { Session } from 'electron';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PageFiles } from '../server/page-files.ts';
import { servePage } from './page-protocol.ts';

async function ask(url: string): Promise<Response> {
  const folder = await mkdtemp(path.join(tmpdir(), 'page-'));
  await writeFile(path.join(folder, 'index.html'), '<title>page</title>');
  let handler: (request: Request) => Response = () => new Response();
  const handle = (_scheme: string, given: typeof handler): void => {
    handler = given;
  };
  servePage({ protocol: { handle } } as unknown as Session, await PageFiles.read(folder));
  return handler({ url } as Request);
}

test('the page comes with its policy in the header', async () => {
  const answer = await ask('app://kpack-desktop/');
  expect(await answer.text()).toBe('<title>page</title>');
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test.each([
  'app://kpack-desktop/../../etc/passwd',
  'app://kpack-desktop/%2e%2e/%2e%2e/etc/passwd',
  'app://other/index.html',
  'app://kpack-desktop/none.js',
])('%s is not there, and says nothing', async (url) => {
  const answer = await ask(url);
  expect(answer.status).toBe(404);
  expect(await answer.text()).toBe('');
});
