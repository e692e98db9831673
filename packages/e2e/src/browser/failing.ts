import assert from 'node:assert/strict';
import { visiting, type Check } from './check.js';

/** What goes wrong, and what the page says of it. */
export const failing: readonly Check[] = [
  visiting(
    'a text file is no photo',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('source', files.text);
      assert.match(await visit.failure('source'), /notes\.txt is no photo that the service reads[^]*JPEG, PNG and BMP/);
    },
  ),
  visiting(
    'a HEIC photo, which Chromium cannot read, is to be saved as JPEG',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('target', files.heic);
      assert.match(await visit.failure('target'), /IMG_0001\.HEIC cannot be shown[^]*save it as JPEG/);
    },
  ),
  visiting(
    'a damaged photo is said to be damaged, and another one can be put in its place',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('source', files.damaged);
      assert.match(await visit.failure('source'), /damaged\.jpg is damaged/);
      await visit.choose('source', files.portrait);
      await visit.seen('source');
      assert.equal(await visit.page.getByRole('alert').count(), 0);
    },
  ),
  visiting(
    'a photo without a face says what a face should be like, and can be looked at closer',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('source', files.noFace);
      assert.match(await visit.failure('source'), /No face was found[^]*20 pixels/);
      await visit.place('source').getByRole('button', { name: 'Look closer' }).click();
      await visit.page.getByText('Looking closely found none either').waitFor();
    },
  ),
  visiting(
    'a service that is away does not answer, and is asked again',
    ({ proxy }) => proxy,
    async (visit, { files, proxy }) => {
      await proxy.down();
      try {
        await visit.choose('source', files.portrait);
        assert.match(await visit.failure('source'), /The service does not answer/);
      } finally {
        await proxy.up();
      }
      await visit.place('source').getByRole('button', { name: 'Try again' }).click();
      await visit.seen('source');
    },
  ),
  visiting(
    'a service that wants a key is given one, and a wrong one is refused',
    ({ keyed }) => keyed,
    async (visit, { files, keyed }) => {
      const field = visit.page.getByLabel('API key');
      await field.waitFor();
      await visit.choose('source', files.portrait);
      await visit.choose('target', files.group);
      assert.match(await visit.failure('source'), /The service wants a key/);
      await field.fill('not-the-key-of-anybody');
      await visit.page.keyboard.press('Enter');
      await visit.page.getByText('does not take this key').waitFor();
      await visit.page.getByLabel('API key').fill(keyed.key);
      await visit.page.getByRole('button', { name: 'Use this key' }).click();
      await visit.result();
      await visit.page.locator('.facts').waitFor();
      assert.equal(await field.count(), 0, 'fields for a key');
      await visit.page.getByRole('tab', { name: 'curl' }).click();
      assert.ok(!(await visit.page.content()).includes(keyed.key), 'the key is shown');
      assert.equal(
        await visit.page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length'),
        0,
      );
    },
  ),
  visiting(
    'a camera that is not allowed is said to be not allowed',
    ({ plain }) => plain,
    async (visit) => {
      await visit.page.getByRole('button', { name: 'Take the second photo with the camera' }).click();
      await visit.page.getByText('The camera was not allowed').waitFor();
      await visit.page.getByRole('button', { name: 'Close' }).click();
      assert.equal(await visit.page.getByRole('dialog').count(), 0);
    },
  ),
];
