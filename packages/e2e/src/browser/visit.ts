import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { LIMIT_MS } from '../waiting/until.js';

/** How a person looks at the page. */
export interface Visitor {
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly scheme?: 'light' | 'dark';
  readonly permissions?: readonly string[];
}

export type Place = 'source' | 'target';

/** The page as it is opened by one visitor, who notes whatever the browser complains about. */
export class Visit {
  readonly page: Page;
  readonly complaints: readonly string[];

  private constructor(page: Page, complaints: readonly string[]) {
    this.page = page;
    this.complaints = complaints;
  }

  /** Opens a URL in a browser that has never been here. */
  static async open(browser: Browser, url: string, visitor: Visitor = {}): Promise<Visit> {
    const { widthPx = 1280, heightPx = 900, scheme = 'light', permissions = [] } = visitor;
    const context = await browser.newContext({
      viewport: { width: widthPx, height: heightPx },
      colorScheme: scheme,
      reducedMotion: 'reduce',
      permissions: [...permissions],
    });
    context.setDefaultTimeout(LIMIT_MS);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      // An answer of 400 or more is an error to the browser; the page is asked to deal with them.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        complaints.push(message.text());
      }
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== new URL(url).origin) complaints.push(`asked ${origin}`);
    });
    await page.goto(url);
    return new Visit(page, complaints);
  }

  /** Leaves. @throws AssertionError when the browser complained: of the content security policy, or of a script */
  async close(): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.complaints, [], 'the browser complained');
  }

  place(side: Place): Locator {
    return this.page.locator(`[data-side="${side}"]`);
  }

  /** Chooses files with the file chooser of a place. */
  async choose(side: Place, ...files: readonly string[]): Promise<void> {
    await this.place(side)
      .locator('input[type="file"]')
      .setInputFiles([...files]);
  }

  /** Waits for the answer to a photo. */
  async seen(side: Place): Promise<void> {
    await this.page.locator(`[data-side="${side}"][data-state="seen"]`).waitFor();
  }

  faces(side: Place): Locator {
    return this.place(side).locator('.face');
  }

  /** Waits for the result. @returns the similarity that it shows, and its headline */
  async result(): Promise<{ readonly similarity: number; readonly headline: string }> {
    await this.page.locator('.result').waitFor();
    const similarity = Number(await this.page.locator('.gauge').getAttribute('aria-valuenow'));
    return { similarity, headline: await this.page.locator('#result-title').innerText() };
  }

  /** Waits for an error in a place. @returns its words */
  async failure(side: Place): Promise<string> {
    const alert = this.place(side).getByRole('alert');
    await alert.waitFor();
    return alert.innerText();
  }

  /** @throws AssertionError naming what a person with a disability would stumble over */
  async expectAccessible(what: string): Promise<void> {
    // Injected through the debugger: the page's policy allows no foreign script.
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate<axe.AxeResults>('axe.run()');
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
    assert.deepEqual(found, [], `axe, ${what}`);
  }

  /** @throws AssertionError when one has to scroll sideways */
  async expectNoSidewaysScroll(what: string): Promise<void> {
    const excess = await this.page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(excess, 0, `${what}: pixels to scroll sideways`);
  }
}
