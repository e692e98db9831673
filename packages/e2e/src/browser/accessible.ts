import assert from 'node:assert/strict';
import { visiting, type Check } from './check.js';
import type { Visit } from './visit.js';

const SCHEMES = ['light', 'dark'] as const;
/** Colours do not depend on the width, and the layout not on the scheme. */
const LOOKS = [
  { scheme: 'light', widthPx: 360 },
  { scheme: 'dark', widthPx: 1280 },
] as const;

/** Nobody is left out: axe finds nothing in any state, and the keyboard is enough. */
export const accessible: readonly Check[] = [
  ...LOOKS.map(({ scheme, widthPx }) =>
    visiting(
      `axe finds nothing: ${scheme}, ${widthPx} pixels wide`,
      ({ plain }) => plain,
      async (visit, { files }) => {
        const expectGood = async (what: string): Promise<void> => {
          await visit.expectAccessible(what);
          await visit.expectNoSidewaysScroll(what);
        };
        await visit.page.locator('.facts').waitFor();
        await expectGood('nothing put in');
        await visit.choose('source', files.text);
        await visit.failure('source');
        await visit.choose('target', files.noFace);
        await visit.failure('target');
        await expectGood('errors');
        await visit.choose('source', files.portrait);
        await visit.choose('target', files.twentyFaces);
        await visit.result();
        await expectGood('a result with twenty faces');
        await visit.page.getByRole('button', { name: 'Face 1 of 20 in the second photo' }).click();
        await visit.page.locator('#result-title.no-match').waitFor();
        await expectGood('a pair that is no match');
        for (const name of ['JSON', 'curl']) {
          await visit.page.getByRole('tab', { name }).click();
          await expectGood(`the tab ${name}`);
        }
      },
      { widthPx, scheme },
    ),
  ),
  ...SCHEMES.map((scheme) =>
    visiting(
      `axe finds nothing where a key is wanted, and in the camera: ${scheme}`,
      ({ keyed }) => keyed,
      async (visit) => {
        await visit.page.getByLabel('API key').waitFor();
        await visit.expectAccessible('a key is wanted');
        await visit.page.getByRole('button', { name: 'Take the first photo with the camera' }).click();
        await visit.page.getByRole('button', { name: 'Close' }).waitFor();
        await visit.expectAccessible('no camera');
      },
      { scheme },
    ),
  ),
  ...SCHEMES.map((scheme) =>
    visiting(
      `axe finds nothing in a rollout: ${scheme}`,
      ({ rollout }) => rollout,
      async (visit) => {
        await visit.page.locator('.versions').waitFor();
        await visit.expectAccessible('a rollout');
      },
      { scheme },
    ),
  ),
  visiting(
    'two photos are compared and another face is chosen with the keyboard alone',
    ({ plain }) => plain,
    async (visit, { files }) => {
      // Choosers are caught as long as somebody listens; a listener that comes with the key may come too late.
      visit.page.on('filechooser', () => undefined);
      await visit.page.locator('.facts').waitFor();
      await tabTo(visit, 'Skip to the photos');
      await visit.page.keyboard.press('Enter');
      for (const [label, file] of [
        ['Choose a photo: first photo', files.portrait],
        ['Choose a photo: second photo', files.group],
      ] as const) {
        await tabTo(visit, label);
        const chooser = visit.page.waitForEvent('filechooser');
        await visit.page.keyboard.press('Enter');
        await (await chooser).setFiles(file);
        // Not by waitForFunction: it evaluates text in the page, which the policy of the page forbids.
        await visit.page.locator('[data-side]:focus').waitFor();
      }
      const best = await visit.result();
      assert.match(await visit.page.locator('[role="status"]').first().innerText(), /^Similarity [\d.]+ of 100\./);

      await tabTo(visit, 'Face 1 of 4 in the second photo');
      await visit.page.keyboard.press('Enter');
      assert.notEqual((await visit.result()).similarity, best.similarity);

      await tabTo(visit, 'Faces');
      await visit.page.keyboard.press('ArrowRight');
      assert.equal(await focused(visit), 'JSON');
      await visit.page.getByText('What the service answered for each photo').waitFor();

      await tabTo(visit, 'Remove the second photo', 'backwards');
      await visit.page.keyboard.press('Enter');
      await visit.page.locator('[data-side="target"][data-state="empty"]').waitFor();
      await visit.page.locator('[aria-label="Choose a photo: second photo"]:focus').waitFor({ state: 'attached' });
    },
  ),
];

/** More stops than the page has. */
const MOST_STOPS = 60;

/** Presses Tab until something has the focus, and fails when it never gets it. */
async function tabTo(visit: Visit, label: string, direction: 'forwards' | 'backwards' = 'forwards'): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await visit.page.keyboard.press(direction === 'forwards' ? 'Tab' : 'Shift+Tab');
    const name = await focused(visit);
    if (name === label) return;
    passed.push(name);
  }
  throw new Error(`Tab never comes to "${label}"; it passes ${passed.join(', ')}`);
}

async function focused({ page }: Visit): Promise<string> {
  return page.evaluate<string>(
    `(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()`,
  );
}
