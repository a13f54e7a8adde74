/** What a person can pick from the disk; a tar file or a folder counts as a bundle. */
export type FileKind = 'bundle-file' | 'bundle-folder';

/**
 * What only the host of the page can do. In the window some of it goes through Electron; in a
 * browser it is what the browser offers. The page makes it once (renderer/app/host.ts).
 */
export interface Host {
  readonly kind: 'desktop' | 'browser';
  /** Opens `https:` anywhere and `http:` on this machine only; rejects everything else. */
  openExternal(url: string): Promise<void>;
  /**
   * Saves `pieces`, one after the other, under a name that the person may change. In both hosts it
   * is a download of a Blob: Electron answers a download with the system's save dialog.
   */
  saveText(name: string, pieces: AsyncIterable<string>): Promise<void>;
  /**
   * Path on the machine of the backend; null when the person picked none. Absent where the host
   * cannot tell a path (a browser): the page then asks for the path as text.
   */
  chooseFile?(kind: FileKind): Promise<string | null>;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<void>;
}

/** What the preload script gives to the page of the window, as `window.kpackDesktop`. */
export interface DesktopBridge {
  /**
   * Asks for a MessagePort to the backend. It arrives as a `message` event of the window whose
   * `data` is `portMessage`; again, unasked, whenever the backend had to be started anew.
   */
  connect(): void;
  openExternal(url: string): Promise<void>;
  chooseFile(kind: FileKind): Promise<string | null>;
}

/** `data` of the message that brings the page its port. */
export const portMessage = 'kpack-desktop:port';

/** Names of the requests between the preload script and the Electron process. */
export const channels = {
  connect: 'kpack-desktop:connect',
  port: 'kpack-desktop:port',
  openExternal: 'kpack-desktop:open-external',
  chooseFile: 'kpack-desktop:choose-file',
} as const;

/** Where the local page finds the backend: a WebSocket on its own origin. */
export const webSocketPath = '/rpc';

/**
 * Whether a link may leave the page: `https:` anywhere, `http:` only to this machine (an image that
 * runs here). Everything else, `file:` first, is refused.
 */
export function mayOpen(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname));
}
