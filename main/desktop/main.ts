import { app, BrowserWindow, dialog, Menu, protocol, session } from 'electron';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Language, translate } from '../../preload/messages/index.ts';
import { PageFiles } from '../server/page-files.ts';
import { dataFolder, Paths } from '../storage/paths.ts';
import { type FromBackend } from './backend-messages.ts';
import { BackendProcess } from './backend-process.ts';
import { answerPage, openExternal } from './host-requests.ts';
import { menuTemplate } from './menu.ts';
import { registerScheme, servePage } from './page-protocol.ts';
import { denyNavigation, denyPermissions } from './security.ts';
import { openWindow, type WindowFiles } from './window.ts';

/** The bundles and the page lie in dist/, this program in dist/desktop/. */
const dist = path.dirname(import.meta.dirname);

/** Everything that starts before Electron is ready; then the window, once. */
function start(): void {
  const paths = new Paths(dataFolder(process.env));
  paths.ensure();
  // Cookies, caches and the single-instance lock of the window lie in our folder too.
  const folder = path.join(paths.root, 'window');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  // Checklist 4: every page in a sandbox, also ones that nobody thought of.
  app.enableSandbox();
  registerScheme(protocol);
  app.on('web-contents-created', (_event, contents) => denyNavigation(contents, (url) => void openExternal(url)));
  app.on('second-instance', () => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (window.isMinimized()) window.restore();
      window.focus();
    }
  });
  void app
    .whenReady()
    .then(async () => run(paths))
    .catch((error: unknown) => {
      // Without a window nobody would see that something is wrong.
      dialog.showErrorBox('kpack Desktop', error instanceof Error ? (error.stack ?? error.message) : String(error));
      app.exit(1);
    });
}

async function run(paths: Paths): Promise<void> {
  const language: Language = app.getLocale().startsWith('ja') ? 'ja' : 'en';
  denyPermissions(session.defaultSession);
  servePage(session.defaultSession, await PageFiles.read(path.join(dist, 'renderer')));
  const backend = new BackendProcess(path.join(dist, 'desktop/backend.cjs'), process.env, (message) =>
    onBackend(message, language),
  );
  answerPage(backend, language);
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(language, process.platform)));
  const files: WindowFiles = {
    preload: path.join(dist, 'desktop/preload.cjs'),
    icon: path.join(path.dirname(dist), 'resources/icons/256x256.png'),
    state: path.join(paths.root, 'window.json'),
  };
  openWindow(files);
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(files);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let disposed = false;
  app.on('will-quit', (event) => {
    if (disposed) return;
    event.preventDefault();
    void backend.dispose().finally(() => {
      disposed = true;
      app.quit();
    });
  });
}

/** Another process has the data folder: its page in the browser is the app then. */
function onBackend(message: FromBackend, language: Language): void {
  if (message.type !== 'taken') return;
  if (message.link === null) dialog.showErrorBox('kpack Desktop', translate(language, 'cli.window_taken'));
  else void openExternal(message.link);
  app.quit();
}

start();
