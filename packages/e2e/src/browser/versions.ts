import assert from 'node:assert/strict';
import { visiting, type Check } from './check.js';

/** What the page shows of the model and of a rollout. */
export const versions: readonly Check[] = [
  visiting(
    'the model is shown with its space and its accuracy',
    ({ plain }) => plain,
    async ({ page }, { plain }) => {
      const answer = await fetch(new URL('v2/models/default', plain.pageUrl));
      const { parameters } = (await answer.json()) as {
        readonly parameters: {
          readonly version: string;
          readonly embeddingSpace: string;
          readonly calibration: { readonly operatingPoints: readonly unknown[] };
        };
      };
      const facts = await page.locator('.facts').innerText();
      assert.ok(facts.includes(parameters.version) && facts.includes(parameters.embeddingSpace), facts);
      const { operatingPoints } = parameters.calibration;
      assert.equal(await page.locator('.accuracy .point').count(), operatingPoints.length);
      assert.match(await page.locator('.rollout').innerText(), /no rollout is under way/);
    },
  ),
  visiting(
    'a rollout is shown with shares and spaces, and a version can be asked for',
    ({ rollout }) => rollout,
    async (visit, { files }) => {
      const panel = visit.page.locator('.rollout');
      await panel.getByText('is being tried on 20 % of clients').waitFor();
      assert.deepEqual(await panel.locator('.chip').allInnerTexts(), ['same space', 'comparable', 'not comparable']);

      await visit.choose('source', files.portrait);
      await visit.choose('target', files.group);
      await visit.result();
      const lite = panel.locator('label').filter({ hasText: 'not comparable' });
      const version = await lite.locator('strong').innerText();
      await lite.click();
      await visit.page.locator('.facts').getByText(version, { exact: true }).waitFor();
      await visit.page.getByRole('tab', { name: 'JSON' }).click();
      await visit.page.locator('.code pre').first().getByText(`"FaceModelVersion": "${version}"`).waitFor();
    },
  ),
];
