import { BrowserWindow, dialog, ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, shell } from 'electron';
import { channels, type FileKind, mayOpen } from '../../preload/host.ts';
import { type Language, translate } from '../../preload/messages/index.ts';
import { type BackendProcess } from './backend-process.ts';
import { isTrusted } from './security.ts';

/** Answers what the page asks of its host. A foreign sender gets an error, not silence. */
export function answerPage(backend: BackendProcess, language: Language): void {
  ipcMain.on(channels.connect, (event) => {
    checkSender(event);
    backend.connect(event.sender);
  });
  ipcMain.handle(channels.openExternal, async (event, url: unknown) => {
    checkSender(event);
    await openExternal(String(url));
  });
  ipcMain.handle(channels.chooseFile, async (event, kind: unknown) => {
    checkSender(event);
    return chooseFile(event, kind === 'bundle-folder' ? 'bundle-folder' : 'bundle-file', language);
  });
}

/** Opens a link in the system's browser. Rejects what may not leave the page. */
export async function openExternal(url: string): Promise<void> {
  if (!mayOpen(url)) throw new Error(`Refused to open ${url}.`);
  await shell.openExternal(url);
}

function checkSender(event: IpcMainEvent | IpcMainInvokeEvent): void {
  if (!isTrusted(event.senderFrame)) throw new Error('Refused: the sender is not the page.');
}

async function chooseFile(event: IpcMainInvokeEvent, kind: FileKind, language: Language): Promise<string | null> {
  const window = BrowserWindow.fromWebContents(event.sender);
  if (window === null) return null;
  const folder = kind === 'bundle-folder';
  const chosen = await dialog.showOpenDialog(window, {
    title: translate(language, folder ? 'cli.choose_bundle_folder' : 'cli.choose_bundle_file'),
    properties: [folder ? 'openDirectory' : 'openFile'],
    filters: folder ? [] : [{ name: 'tar', extensions: ['tar'] }],
  });
  return chosen.filePaths[0] ?? null;
}
