import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from './shell.ts';

it.each([
  'plain-word_1.0',
  '',
  "it's",
  '$HOME `id` "x"',
  'a b',
  'line\nbreak',
  '--flag=x y',
  '!history',
  '日本語',
  '*?[a]',
])('%j comes through a shell unchanged', (text) => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
});

it('leaves simple words as they are', () => {
  expect(shellWord('172.30.255.10:5000/apps/web')).toBe('172.30.255.10:5000/apps/web');
});
