import { BrowserWindow, nativeTheme, screen } from 'electron';
import { pageOrigin } from './page-protocol.ts';
import { pagePreferences } from './security.ts';
import { loadState, minimum, place, saveState } from './window-state.ts';

export interface WindowFiles {
  preload: string;
  icon: string;
  /** Where size and place of the window are kept. */
  state: string;
}

/** Opens the window where it was closed the last time, and shows it once the page has drawn. */
export function openWindow({ preload, icon, state }: WindowFiles): BrowserWindow {
  const saved = loadState(state);
  const window = new BrowserWindow({
    ...place(
      saved,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: minimum.width,
    minHeight: minimum.height,
    // The page's own ground (--color-base), so that nothing flashes before the first frame.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1114' : '#f2f3f6',
    title: 'kpack Desktop',
    icon,
    show: false,
    webPreferences: pagePreferences(preload),
  });
  if (saved?.maximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    saveState(state, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  void window.loadURL(`${pageOrigin}/`);
  return window;
}
