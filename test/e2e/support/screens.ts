import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';

const folder = path.resolve(import.meta.dirname, '../../../test-results/e2e-screens');

/** Takes pictures of the same screens in light and dark, English and Japanese. */
export class Photographer {
  readonly #browser: Browser;
  readonly #page: Page;
  #japanese: Page | null = null;

  constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
    mkdirSync(folder, { recursive: true });
  }

  /** Four pictures of where the page is now. `ready` waits in the Japanese page until its content is there. */
  async shoot(name: string, ready?: (page: Page) => Promise<void>): Promise<void> {
    await this.#both(this.#page, `${name}-en`);
    const page = await this.#other();
    await page.goto(this.#page.url());
    await page.reload();
    await ready?.(page);
    await this.#both(page, `${name}-ja`);
  }

  async #both(page: Page, name: string): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' });
    }
  }

  /** A second page that is let in by the cookie of the first and prefers Japanese. */
  async #other(): Promise<Page> {
    if (this.#japanese === null) {
      const storageState = await this.#page.context().storageState();
      const context = await this.#browser.newContext({
        locale: 'ja-JP',
        storageState,
        viewport: { width: 1280, height: 800 },
      });
      this.#japanese = await context.newPage();
    }
    return this.#japanese;
  }
}
