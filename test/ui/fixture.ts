import { mkdirSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';
import { scenario, type Scenario } from './backend/scenario.ts';
import { serve } from './backend/server.ts';

const folder = path.resolve(import.meta.dirname, '../../test-results/screens');

/** Opens the page on a scenario and looks after what every screen has to hold. */
export class Screen {
  readonly page: Page;
  readonly #problems: string[] = [];
  readonly #stops: (() => Promise<void>)[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#problems.push(message.text());
    });
    page.on('pageerror', (error) => this.#problems.push(error.message));
  }

  /** Opens an address of the page (`#/images`) on a scenario. */
  async open(hash: string, change: Partial<Scenario> = {}): Promise<Scenario> {
    const script = scenario(change);
    const { url, stop } = await serve(script);
    this.#stops.push(stop);
    await this.page.goto(`${url}/${hash}`);
    return script;
  }

  /** No rule of axe is broken in light or dark; keeps a picture of both. */
  async check(name: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    for (const colorScheme of ['dark', 'light'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await this.page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' });
      const { violations } = await new AxeBuilder({ page: this.page }).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
        `${name} in ${colorScheme}`,
      ).toEqual([]);
    }
  }

  /** Nothing is wider than the window but what scrolls by itself. */
  async fits(): Promise<void> {
    const excess = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(excess).toBeLessThanOrEqual(0);
  }

  /** Ends the backends; the page has neither thrown nor been refused anything by its content security policy. */
  async end(): Promise<void> {
    for (const stop of this.#stops) await stop();
    expect(this.#problems.filter((text) => !text.includes('WebSocket'))).toEqual([]);
  }
}

export const test = base.extend<{ app: Screen }>({
  app: async ({ page }, use) => {
    const screen = new Screen(page);
    await use(screen);
    await screen.end();
  },
});

export { expect };
