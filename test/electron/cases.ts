import { type ElectronApplication, expect, type Page } from '@playwright/test';

/** One thing that must be true of the real window. Only `evaluate` is used, so that old runtimes can be tried too. */
export interface Case {
  name: string;
  run: (app: ElectronApplication, page: Page) => Promise<void>;
}

export const cases: readonly Case[] = [
  {
    name: 'the page comes from app://, with its policy in a header',
    run: async (_app, page) => {
      const [origin, policy] = await page.evaluate(async () => {
        const answer = await fetch('/');
        return [location.origin, answer.headers.get('content-security-policy')];
      });
      expect(origin).toBe('app://kpack-desktop');
      expect(policy).toContain("default-src 'none'");
    },
  },
  {
    name: 'the page has the bridge and no Node',
    run: async (_app, page) => {
      const found = await page.evaluate(() => ({
        bridge: Object.keys(Reflect.get(window, 'kpackDesktop') as object).sort(),
        node: ['process', 'require', 'module', 'Buffer'].filter((name) => name in window),
      }));
      expect(found).toEqual({ bridge: ['chooseFile', 'connect', 'openExternal'], node: [] });
    },
  },
  {
    name: 'the window has a sandbox and context isolation',
    run: async (app) => {
      const preferences = await app.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        return contents === undefined
          ? null
          : (Reflect.get(contents, 'getLastWebPreferences') as () => object).call(contents);
      });
      expect(preferences).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
      });
    },
  },
  {
    name: 'no second window opens and the window goes nowhere else',
    run: async (app, page) => {
      await page.evaluate(() => {
        window.open('file:///etc/passwd');
        const link = document.createElement('a');
        link.href = 'file:///etc/passwd';
        link.click();
      });
      const urls = await app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()),
      );
      expect(urls).toEqual([expect.stringMatching(/^app:\/\/kpack-desktop\//)]);
    },
  },
  {
    name: 'files cannot be opened from the page',
    run: async (_app, page) => {
      const answer = await page.evaluate(async () => {
        const { openExternal } = Reflect.get(window, 'kpackDesktop') as {
          openExternal: (url: string) => Promise<void>;
        };
        return openExternal('file:///etc/passwd').then(
          () => 'opened',
          () => 'refused',
        );
      });
      expect(answer).toBe('refused');
    },
  },
  {
    name: 'the backend answers through a port of its own',
    run: async (_app, page) => {
      const answer = await page.evaluate(async () => {
        return new Promise<string>((resolve) => {
          window.addEventListener('message', (event) => {
            const [port] = event.ports;
            if (event.data !== 'kpack-desktop:port' || port === undefined) return;
            port.addEventListener('message', (message) => resolve(String(message.data)));
            port.start();
            port.postMessage(JSON.stringify({ i: '1', p: { u: '/app/info', b: {} } }));
          });
          (Reflect.get(window, 'kpackDesktop') as { connect: () => void }).connect();
        });
      });
      expect(JSON.parse(answer)).toMatchObject({ p: { b: { json: { host: 'desktop' } } } });
    },
  },
];
