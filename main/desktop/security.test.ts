import { EventEmitter } from 'node:events';
import type { WebContents, WebFrameMain } from 'electron';
import { expect, test, vi } from 'vitest';
import { denyNavigation, isPage, isTrusted, pagePreferences } from './security.ts';

function contents(): { events: EventEmitter; open: (url: string) => unknown; webContents: WebContents } {
  const events = new EventEmitter();
  let handler: (details: { url: string }) => unknown = () => undefined;
  const setWindowOpenHandler = (given: typeof handler): void => {
    handler = given;
  };
  const webContents = Object.assign(events, { setWindowOpenHandler }) as unknown as WebContents;
  return { events, webContents, open: (url) => handler({ url }) };
}

test('the page has no Node and lives in a sandbox', () => {
  expect(pagePreferences('preload.cjs')).toMatchObject({
    nodeIntegration: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    webviewTag: false,
  });
});

test.each([
  'https://example.com/',
  'file:///etc/passwd',
  'app://other/',
  'app://kpack-desktop.evil/',
  'http://127.0.0.1:80/',
])('the window does not go to %s', (url) => {
  const { events, webContents } = contents();
  denyNavigation(webContents, vi.fn());
  const preventDefault = vi.fn();
  events.emit('will-navigate', { url, preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
});

test('the page may reload itself', () => {
  const { events, webContents } = contents();
  denyNavigation(webContents, vi.fn());
  const preventDefault = vi.fn();
  events.emit('will-navigate', { url: 'app://kpack-desktop/index.html', preventDefault });
  expect(preventDefault).not.toHaveBeenCalled();
});

test('no second window opens; a link that may leave goes to the browser', () => {
  const { open, webContents } = contents();
  const openExternal = vi.fn();
  denyNavigation(webContents, openExternal);
  expect(open('https://buildpacks.io/')).toEqual({ action: 'deny' });
  expect(open('file:///etc/passwd')).toEqual({ action: 'deny' });
  expect(openExternal.mock.calls).toEqual([['https://buildpacks.io/']]);
});

test("only the page's main frame is trusted", () => {
  const frame = (url: string, parent: unknown = null): WebFrameMain => ({ url, parent }) as unknown as WebFrameMain;
  expect(isTrusted(frame('app://kpack-desktop/index.html'))).toBe(true);
  expect(isTrusted(frame('app://kpack-desktop/index.html', {}))).toBe(false);
  expect(isTrusted(frame('https://example.com/'))).toBe(false);
  expect(isTrusted(null)).toBe(false);
});

test('an address belongs to the page by its origin, not by its beginning', () => {
  expect(isPage('app://kpack-desktop/')).toBe(true);
  expect(isPage('app://kpack-desktop.example/')).toBe(false);
  expect(isPage('app://user@other/')).toBe(false);
  expect(isPage('kpack-desktop')).toBe(false);
});
