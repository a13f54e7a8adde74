import { beforeEach, expect, test, vi } from 'vitest';
import { channels } from '../../preload/host.ts';
import { type BackendProcess } from './backend-process.ts';
import { answerPage } from './host-requests.ts';

type Handler = (event: object, value?: unknown) => unknown;
const electron = vi.hoisted(() => ({
  handlers: new Map<string, (event: object, value?: unknown) => unknown>(),
  opened: [] as string[],
  dialogs: [] as { properties: string[] }[],
}));

vi.mock('electron', () => {
  const register = (channel: string, handler: Handler): unknown => electron.handlers.set(channel, handler);
  return {
    ipcMain: { on: register, handle: register },
    shell: { openExternal: (url: string) => electron.opened.push(url) },
    BrowserWindow: { fromWebContents: () => ({}) },
    dialog: {
      showOpenDialog: (_window: object, options: { properties: string[] }) => {
        electron.dialogs.push(options);
        return { filePaths: ['/media/usb/bundle.tar'] };
      },
    },
  };
});

const page = { sender: 'page', senderFrame: { url: 'app://kpack-desktop/', parent: null } };
const foreign = { sender: 'frame', senderFrame: { url: 'https://evil.example/', parent: null } };
const connect = vi.fn();

beforeEach(() => {
  electron.opened.length = 0;
  electron.dialogs.length = 0;
  connect.mockClear();
  answerPage({ connect } as unknown as BackendProcess, 'en');
});

/** What throws at once counts as rejected, as for whoever invokes it. */
async function ask(channel: string, event: object, value?: unknown): Promise<unknown> {
  await Promise.resolve();
  return electron.handlers.get(channel)?.(event, value);
}

test('the page gets its port', async () => {
  await ask(channels.connect, page);
  expect(connect).toHaveBeenCalledWith('page');
});

test.each(Object.values(channels).filter((channel) => channel !== channels.port))(
  '%s is refused to everybody else',
  async (channel) => {
    await expect(ask(channel, foreign, 'https://example.com/')).rejects.toThrow('the sender is not the page');
    await expect(ask(channel, { ...page, senderFrame: null }, 'https://example.com/')).rejects.toThrow(
      'the sender is not the page',
    );
    expect([electron.opened, electron.dialogs, connect.mock.calls]).toEqual([[], [], []]);
  },
);

test('a link opens in the browser, a file does not', async () => {
  await ask(channels.openExternal, page, 'https://buildpacks.io/');
  await expect(ask(channels.openExternal, page, 'file:///etc/passwd')).rejects.toThrow('Refused to open');
  await expect(ask(channels.openExternal, page, { href: 'https://x/' })).rejects.toThrow('Refused to open');
  expect(electron.opened).toEqual(['https://buildpacks.io/']);
});

test('a bundle is chosen as a file or a folder', async () => {
  expect(await ask(channels.chooseFile, page, 'bundle-file')).toBe('/media/usb/bundle.tar');
  await ask(channels.chooseFile, page, 'bundle-folder');
  expect(electron.dialogs.map(({ properties }) => properties)).toEqual([['openFile'], ['openDirectory']]);
});
