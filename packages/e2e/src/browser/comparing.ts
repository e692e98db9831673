import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { visiting, type Check } from './check.js';

/** What the page computes from rounded vectors and the service from its own differ by less than this. */
const SIMILARITY_TOLERANCE = 0.1;

/** Ways to put in photos, and what is then seen. */
export const comparing: readonly Check[] = [
  visiting(
    'two chosen files are compared, and the printed command gives the same similarity',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('source', files.portrait);
      await visit.choose('target', files.group);
      const { similarity, headline } = await visit.result();
      assert.equal(headline, 'Very likely the same person');
      assert.equal(await visit.faces('source').count(), 1);
      assert.equal(await visit.faces('target').count(), 4);
      assert.equal(await visit.page.locator('.join-stroke').count(), 1, 'lines that join a pair');

      await visit.page.getByRole('tab', { name: 'curl' }).click();
      const command = await visit.page.locator('.code pre').first().innerText();
      const { stdout } = await promisify(execFile)('bash', ['-c', command], { cwd: dirname(files.portrait) });
      const answer = JSON.parse(stdout) as { readonly FaceMatches: readonly { readonly Similarity: number }[] };
      const answered = answer.FaceMatches[0]?.Similarity ?? Number.NaN;
      assert.ok(Math.abs(answered - similarity) <= SIMILARITY_TOLERANCE, `page ${similarity}, command ${stdout}`);
    },
  ),
  visiting(
    'two files chosen at once fill both places',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('target', files.portrait, files.group);
      await visit.result();
      assert.equal(await visit.faces('target').count(), 4);
    },
  ),
  visiting(
    'the samples show one person, and strangers',
    ({ plain }) => plain,
    async (visit) => {
      await visit.page.getByRole('button', { name: /One of four/ }).click();
      assert.match((await visit.result()).headline, /same person/);
      await visit.page.getByRole('button', { name: 'Start over' }).click();
      await visit.page.getByRole('button', { name: /None of five/ }).click();
      assert.match((await visit.result()).headline, /different people/);
    },
  ),
  visiting(
    'a pasted photo goes to the first place that is free',
    ({ plain }) => plain,
    async (visit) => {
      await visit.page.evaluate(`(async () => {
        const photo = await createImageBitmap(await (await fetch('samples/one-of-the-four.jpg')).blob());
        const canvas = new OffscreenCanvas(photo.width, photo.height);
        canvas.getContext('2d').drawImage(photo, 0, 0);
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': await canvas.convertToBlob() })]);
      })()`);
      await visit.page.keyboard.press('Control+V');
      await visit.seen('source');
      await visit.page.keyboard.press('Control+V');
      assert.ok((await visit.result()).similarity > 99);
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  ),
  visiting(
    'a dropped photo goes where it is dropped',
    ({ plain }) => plain,
    async (visit, { files }) => {
      const bytes = (await readFile(files.portrait)).toString('base64');
      const dataTransfer = await visit.page.evaluateHandle(`(() => {
        const bytes = Uint8Array.from(atob('${bytes}'), (character) => character.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], 'dropped.jpg', { type: 'image/jpeg' }));
        return transfer;
      })()`);
      await visit.place('target').dispatchEvent('dragover', { dataTransfer });
      await visit.page.locator('[data-side="target"].place-drop').waitFor();
      await visit.place('target').dispatchEvent('drop', { dataTransfer });
      await visit.seen('target');
      assert.equal(await visit.place('source').getAttribute('data-state'), 'empty');
    },
  ),
  visiting(
    'another face can be chosen on either photo, and the photos change places',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('source', files.portrait);
      await visit.choose('target', files.group);
      const best = await visit.result();
      await visit.page.getByRole('button', { name: 'Face 1 of 4 in the second photo' }).click();
      const other = await visit.result();
      assert.ok(other.similarity < 50 && best.similarity > 95, `${other.similarity}, ${best.similarity}`);
      await visit.page.getByRole('button', { name: 'Swap the photos' }).click();
      assert.equal(await visit.faces('source').count(), 4);
      assert.equal((await visit.result()).similarity, other.similarity);
      await visit.page.getByRole('button', { name: 'Face 4 of 4 in the first photo' }).click();
      assert.equal((await visit.result()).similarity, best.similarity);
    },
  ),
  visiting(
    'a photo that lies on its side stands upright, with the box on the face',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('source', files.lying);
      await visit.choose('target', files.portrait);
      assert.ok((await visit.result()).similarity > 99);
      const [lying, upright] = await Promise.all(
        (['source', 'target'] as const).map(async (side) => {
          const [face, frame] = await Promise.all([
            visit.faces(side).boundingBox(),
            visit.place(side).locator('.frame').boundingBox(),
          ]);
          if (face === null || frame === null) throw new Error(`nothing is shown in ${side}`);
          return { x: (face.x - frame.x) / frame.width, y: (face.y - frame.y) / frame.height };
        }),
      );
      assert.ok(Math.abs((lying?.x ?? 0) - (upright?.x ?? 1)) < 0.03, JSON.stringify({ lying, upright }));
      assert.ok(Math.abs((lying?.y ?? 0) - (upright?.y ?? 1)) < 0.03, JSON.stringify({ lying, upright }));
    },
  ),
  visiting(
    'a WebP is converted and a photo of 5,000 pixels is shrunk before they are sent, and the page says so',
    ({ plain }) => plain,
    async (visit, { files }) => {
      const types: string[] = [];
      visit.page.on('request', (request) => {
        if (request.url().includes('face_comparison')) types.push(request.headers()['content-type'] ?? '');
      });
      await visit.choose('source', files.webp);
      await visit.choose('target', files.large);
      assert.ok((await visit.result()).similarity > 95);
      assert.match(await visit.place('source').locator('.note').innerText(), /Converted here from WebP to JPEG/);
      assert.match(await visit.place('target').locator('.note').innerText(), /Shrunk here from 5000 × \d+ to 4096 ×/);
      assert.deepEqual(types, ['image/jpeg', 'image/jpeg']);
    },
  ),
  visiting(
    'twenty faces are boxed and ranked',
    ({ plain }) => plain,
    async (visit, { files }) => {
      await visit.choose('source', files.portrait);
      await visit.choose('target', files.twentyFaces);
      await visit.result();
      assert.equal(await visit.faces('target').count(), 20);
      await visit.page.getByRole('button', { name: 'Show all 20 faces' }).click();
      const values = (await visit.page.locator('.ranked-value').allInnerTexts()).map(Number);
      assert.equal(values.length, 20);
      assert.deepEqual(
        values,
        values.toSorted((a, b) => b - a),
      );
    },
  ),
  visiting(
    'the camera takes a photo',
    ({ plain }) => plain,
    async (visit) => {
      await visit.page.getByRole('button', { name: 'Take the first photo with the camera' }).click();
      await visit.page.getByRole('button', { name: 'Take the photo' }).click();
      await visit.seen('source');
      assert.equal(await visit.faces('source').count(), 1);
      assert.equal(await visit.page.getByRole('dialog').count(), 0);
    },
    { permissions: ['camera'] },
  ),
  {
    name: 'the page comes with a policy that allows scripts, styles and connections of the service only',
    run: async ({ plain }) => {
      const { headers } = await fetch(plain.pageUrl);
      const policy = new Map(
        (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
          const [name = '', ...values] = directive.trim().split(/\s+/);
          return [name, values.join(' ')];
        }),
      );
      for (const [name, wanted] of [
        ['default-src', "'none'"],
        ['script-src', "'self'"],
        ['style-src', "'self'"],
        ['connect-src', "'self'"],
        ['base-uri', "'none'"],
        ['form-action', "'none'"],
        ['frame-ancestors', "'none'"],
      ] as const) {
        assert.equal(policy.get(name), wanted, name);
      }
    },
  },
  visiting(
    'the page works below a path of another server',
    ({ proxy }) => proxy,
    async (visit, { proxy }) => {
      await visit.page.getByRole('button', { name: /One of four/ }).click();
      await visit.result();
      await visit.page.getByRole('tab', { name: 'curl' }).click();
      assert.ok((await visit.page.locator('.code pre').first().innerText()).includes(`'${proxy.pageUrl}compare'`));
      const api = await visit.page.getByRole('link', { name: 'API' }).getAttribute('href');
      assert.equal(new URL(api ?? '', proxy.pageUrl).href, `${proxy.pageUrl}docs`);
    },
  ),
];
