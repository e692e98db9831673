import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Stage } from './check.js';
import { Visit, type Visitor } from './visit.js';

/** The widths of a phone, a tablet and a desk. */
const WIDTHS_PX = [360, 768, 1280];

/**
 * Takes pictures of the page for the guide.
 * @returns their paths
 */
export async function takeScreenshots(stage: Stage, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  const keep = async (name: string, picture: Buffer): Promise<void> => {
    const path = join(folder, `${name}.png`);
    // A palette makes a quarter of the bytes, and it is hardly seen.
    await writeFile(
      path,
      await sharp(picture).png({ palette: true, colours: 128, dither: 0.5, effort: 10 }).toBuffer(),
    );
    paths.push(path);
  };
  const withPage = async (url: string, visitor: Visitor, run: (visit: Visit) => Promise<void>): Promise<void> => {
    const visit = await Visit.open(stage.browser, url, visitor);
    await visit.page.locator('.facts, .key-form').first().waitFor();
    await run(visit);
    await visit.close();
  };

  for (const scheme of ['light', 'dark'] as const) {
    for (const widthPx of WIDTHS_PX) {
      await withPage(stage.plain.pageUrl, { widthPx, heightPx: 1180, scheme }, async (visit) => {
        if (widthPx === 1280) await keep(`page-empty-${scheme}`, await still(visit.page));
        await visit.page.getByRole('button', { name: /One of four/ }).click();
        await visit.result();
        await keep(`page-${widthPx}-${scheme}`, await still(visit.page, widthPx === 360));
      });
    }
  }
  await withPage(stage.plain.pageUrl, { heightPx: 1180 }, async (visit) => {
    await visit.choose('source', stage.files.portrait);
    await visit.choose('target', stage.files.twentyFaces);
    await visit.result();
    await keep('page-twenty-faces', await still(visit.page));
  });
  await withPage(stage.plain.pageUrl, { heightPx: 900 }, async (visit) => {
    await visit.choose('source', stage.files.damaged);
    await visit.failure('source');
    await visit.choose('target', stage.files.noFace);
    await visit.failure('target');
    await keep('page-errors', await still(visit.page));
  });
  await withPage(stage.keyed.pageUrl, { heightPx: 640 }, async (visit) => keep('page-key', await still(visit.page)));
  await withPage(stage.rollout.pageUrl, {}, async (visit) => {
    await visit.page.locator('.versions').waitFor();
    await keep('page-rollout', await still(visit.page.locator('#model')));
  });
  return paths;
}

/** A picture once all photos are decoded. */
async function still(what: Page | Locator, fullPage = false): Promise<Buffer> {
  const page = 'page' in what ? what.page() : what;
  await page.evaluate('Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)))');
  return 'page' in what ? what.screenshot() : what.screenshot({ fullPage });
}
