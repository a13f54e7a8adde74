import { expect, test } from 'vitest';
import { mayOpen } from './host.ts';

test.each(['https://buildpacks.io/docs', 'http://127.0.0.1:49153/', 'http://localhost:8080/health'])(
  '%s may open',
  (url) => {
    expect(mayOpen(url)).toBe(true);
  },
);

test.each([
  'http://example.com/',
  'http://127.0.0.1.example.com/',
  'http://localhost.example.com/',
  'https://user:secret@example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'smb://server/share',
  'not a url',
  '',
])('%s may not open', (url) => {
  expect(mayOpen(url)).toBe(false);
});
