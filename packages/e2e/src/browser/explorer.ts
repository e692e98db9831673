import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { Check, Stage } from './check.js';
import { Visit } from './visit.js';

/** The API explorer at /docs, used as a developer does. */
export const explorer: readonly Check[] = [
  {
    name: 'a request is sent from the API explorer, and its answer is shown',
    run: (stage) =>
      inExplorer(stage, async (page) => {
        const { status } = await execute(page, 'serverReady');
        assert.equal(status, '200');
      }),
  },
  {
    name: 'a photo is analysed from the API explorer',
    run: (stage) =>
      inExplorer(stage, async (page) => {
        const img = (await readFile(stage.files.portrait)).toString('base64');
        const { status, body } = await execute(page, 'analyzeFaces', JSON.stringify({ img }));
        assert.equal(status, '200');
        assert.match(body, /"Faces"[^]*"BoundingBox"/);
      }),
  },
];

async function inExplorer({ browser, plain }: Stage, run: (page: Page) => Promise<void>): Promise<void> {
  const visit = await Visit.open(browser, new URL('docs', plain.pageUrl).href);
  try {
    await run(visit.page);
  } finally {
    await visit.page.context().close();
  }
  assert.deepEqual(visit.complaints, [], 'the browser complained');
}

/** "Try it out" and "Execute" of an operation. */
async function execute(
  page: Page,
  operationId: string,
  body?: string,
): Promise<{ readonly status: string; readonly body: string }> {
  const operation = page.locator(`.opblock[id$="-${operationId}"]`);
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  if (body !== undefined) await operation.locator('textarea.body-param__text').fill(body);
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table');
  await answer.waitFor();
  return {
    status: (await answer.locator('.response-col_status').last().innerText()).trim().split(/\s/)[0] ?? '',
    body: await answer.locator('.response-col_description').last().innerText(),
  };
}
