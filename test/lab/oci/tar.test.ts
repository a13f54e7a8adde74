import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readTar, writeTar, type Entry } from './tar.ts';

const owner = { mode: 0o755, uid: 1001, gid: 1000 };
const longName = `usr/${'share/'.repeat(30)}file`;
const entries = new Map<string, Entry>([
  ['usr', { type: 'directory', ...owner }],
  [longName, { type: 'file', ...owner, data: Buffer.from('x'.repeat(700)) }],
  ['bin', { type: 'symlink', ...owner, target: 'usr/bin' }],
  ['other', { type: 'hardlink', ...owner, target: longName }],
]);

test('what is written can be read again', () => {
  const read = readTar(writeTar(entries));
  expect([...read.keys()]).toEqual([...entries.keys()]);
  expect(read.get(longName)?.data?.length).toBe(700);
  expect(read.get('other')?.target).toBe(longName);
  expect(read.get('usr')).toEqual({ type: 'directory', ...owner });
});

test('the system tar lists it alike', () => {
  const listed = execFileSync('tar', ['-tvf', '-', '--numeric-owner'], { input: writeTar(entries) }).toString();
  expect(listed).toContain('drwxr-xr-x 1001/1000');
  expect(listed).toContain(`${longName}\n`);
  expect(listed).toContain('bin -> usr/bin');
});

test('the same entries give the same bytes', () => {
  expect(writeTar(entries).equals(writeTar(new Map(entries)))).toBe(true);
});
