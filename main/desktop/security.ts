import type { Session, WebContents, WebFrameMain, WebPreferences } from 'electron';
import { mayOpen } from '../../preload/host.ts';
import { pageOrigin } from './page-protocol.ts';

/**
 * The guards of the window, one function for one line of Electron's checklist:
 * https://www.electronjs.org/docs/latest/tutorial/security
 */

/** Checklist 2, 3, 4, 6, 8, 9, 10, 11: no Node in the page, isolation, sandbox, web security; the insecure switches stay off. */
export function pagePreferences(preload: string): WebPreferences {
  return {
    preload,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    spellcheck: false,
  };
}

/**
 * Checklist 5: no permission for anyone, but for one: the page's "copy" buttons write plain text to
 * the clipboard. https://www.electronjs.org/docs/latest/api/session#sessetpermissionrequesthandlerhandler
 */
export function denyPermissions(session: Session): void {
  const allowed = 'clipboard-sanitized-write';
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === allowed && isPage(origin));
  session.setPermissionRequestHandler((contents, permission, callback) => {
    callback(permission === allowed && isPage(contents.getURL()));
  });
  session.setDevicePermissionHandler(() => false);
}

/** Checklist 12, 13, 14: no other address in the window, no second window, no `<webview>`. */
export function denyNavigation(contents: WebContents, openExternal: (url: string) => void): void {
  contents.on('will-navigate', (event) => {
    if (!isPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // Checklist 15: only links that may leave the page, and then to the system's browser.
    if (mayOpen(url)) openExternal(url);
    return { action: 'deny' };
  });
}

/** Checklist 17: a request counts only when the page's own main frame sent it. */
export function isTrusted(sender: WebFrameMain | null): boolean {
  return sender !== null && sender.parent === null && isPage(sender.url);
}

/** Whether an address belongs to the page; compared by parts, not by its beginning. */
export function isPage(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}` === pageOrigin;
}
