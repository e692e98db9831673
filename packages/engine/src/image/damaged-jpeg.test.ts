import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { DEFAULT_MODEL } from '../../test/default-model.js';
import {
  cutOff,
  cutOffAndEnded,
  withConvertedLineEndings,
  withInserted,
  withLost,
  withOverwritten,
  withoutEnd,
} from '../../test/damage.js';
import { fixtureBytes } from '../../test/images/fixtures.js';
import { checkLargeJpeg, decodeImage } from './decode-image.js';
import { Photo } from './photo.js';

const EOI = 0xd9;

const golden = (): Promise<Buffer> => readFile(join(DEFAULT_MODEL, 'golden/photos/sample1.jpg'));

/** JPEGs that are judged in different ways: by their codes, by libjpeg alone, and after all scans have been read. */
const kinds = {
  baseline: golden,
  'large baseline': async () =>
    sharp(await golden())
      .resize(3000)
      .jpeg({ quality: 92 })
      .toBuffer(),
  progressive: async () =>
    sharp(await golden())
      .jpeg({ progressive: true })
      .toBuffer(),
  gray: async () =>
    sharp(await golden())
      .grayscale()
      .jpeg()
      .toBuffer(),
};

describe.each(Object.entries(kinds))('a damaged JPEG (%s)', (kind, make) => {
  let whole: Buffer;
  beforeAll(async () => {
    whole = await make();
  });

  async function expectRefused(bytes: Buffer): Promise<void> {
    const refusal = {
      code: 'image_undecodable',
      message: expect.stringContaining('the JPEG is damaged: ') as string,
    };
    await expect(decodeImage(bytes)).rejects.toMatchObject(refusal);
    // Decoded in a smaller size, as for the detector.
    const photo = Photo.open(bytes);
    await expect(photo.then((opened) => opened.shrunk(300, 200))).rejects.toMatchObject(refusal);
  }

  async function expectUnchanged(bytes: Buffer): Promise<void> {
    const expected = await decodeImage(whole);
    const { data } = await decodeImage(bytes);
    expect(Buffer.compare(data, expected.data)).toBe(0);
  }

  it('is refused when its line endings were converted', async () => {
    const bytes = withConvertedLineEndings(whole);
    await expectRefused(bytes);
    await expect(decodeImage(bytes)).rejects.toThrow('its line endings were converted; transfer it as a binary file');
  });

  it.each([0.1, 0.5, 0.9])('is refused when bytes are lost after a share of %f', async (share) => {
    await expectRefused(withLost(whole, share));
  });

  it.each([0.1, 0.5, 0.9])('is refused when bytes are overwritten after a share of %f', async (share) => {
    const bytes = withOverwritten(whole, share);
    // libjpeg alone, which judges a large one, notices what is missing in the end and not values that no photo has.
    if (kind === 'large baseline') expect(() => checkLargeJpeg(bytes)).toThrow('the JPEG is damaged: ');
    else await expectRefused(bytes);
  });

  it.each([0.02, 0.35, 0.9, 0.99])('is refused when it ends after a share of %f', async (share) => {
    await expectRefused(cutOff(whole, share));
    await expectRefused(cutOffAndEnded(whole, share));
  });

  it('is decoded when only its end marker is missing', async () => {
    await expectUnchanged(withoutEnd(whole));
    await expectUnchanged(Buffer.concat([withoutEnd(whole), Buffer.alloc(2)]));
    await expectUnchanged(Buffer.concat([withoutEnd(whole), Buffer.alloc(4096)]));
  });

  it('is decoded when something follows: zeros, a video, a second image (MPO)', async () => {
    await expectUnchanged(Buffer.concat([whole, Buffer.alloc(4096)]));
    await expectUnchanged(Buffer.concat([whole, Buffer.from('....ftypmp42'), Buffer.alloc(99, 7)]));
    await expectUnchanged(Buffer.concat([whole, whole]));
  });

  it('is decoded when there are stray bytes between its segments', async () => {
    await expectUnchanged(withInserted(whole, 0xc4, [0x00, 0x0d, 0xff, 0x00, 0x01]));
    await expectUnchanged(withInserted(whole, 0xc4, [0xff, 0xff]));
  });

  it('is decoded when a few bytes stand before the end marker, as webcams write them', async () => {
    await expectUnchanged(Buffer.concat([withoutEnd(whole), Buffer.from([0xaa, 0x55, 0xff, EOI])]));
  });
});

it('finds nothing wrong with large JPEGs that are whole, and leaves other images alone', async () => {
  for (const make of Object.values(kinds)) {
    const whole = await make();
    expect(() => checkLargeJpeg(whole)).not.toThrow();
    expect(() => checkLargeJpeg(withoutEnd(whole))).not.toThrow();
  }
  expect(() => checkLargeJpeg(fixtureBytes('rgb8.png'))).not.toThrow();
});

describe('the quirks of cameras', () => {
  it('are decoded: the scan parameters of a progressive JPEG in a sequential one', async () => {
    const whole = await golden();
    const odd = Buffer.from(whole);
    const header = odd.indexOf(Buffer.from('ffda', 'hex'));
    const parameters = header + 5 + 2 * (odd[header + 4] ?? 0);
    expect([...odd.subarray(parameters, parameters + 3)]).toEqual([0, 63, 0]);
    odd.set([0, 0, 1], parameters);
    expect(Buffer.compare((await decodeImage(odd)).data, (await decodeImage(whole)).data)).toBe(0);
  });

  it('are decoded: a version of JFIF and a colour transform that do not exist', async () => {
    const whole = await golden();
    const jfif = Buffer.from(whole);
    const version = jfif.indexOf('JFIF\0') + 5;
    expect(jfif[version]).toBe(1);
    jfif[version] = 9;
    expect(Buffer.compare((await decodeImage(jfif)).data, (await decodeImage(whole)).data)).toBe(0);

    const adobe = fixtureBytes('ycck-adobe.jpg');
    const transform = adobe.indexOf('Adobe') + 11;
    expect(adobe[transform]).toBe(2);
    adobe[transform] = 7;
    const expected = await decodeImage(fixtureBytes('ycck-adobe.jpg'));
    expect(Buffer.compare((await decodeImage(adobe)).data, expected.data)).toBe(0);
  });

  it('are decoded: a few bytes too many before a restart marker; more are damage', async () => {
    const whole = fixtureBytes('restarts.jpg');
    const few = withInserted(whole, 0xd0, [0xaa, 0x55]);
    expect(Buffer.compare((await decodeImage(few)).data, (await decodeImage(whole)).data)).toBe(0);
    const many = withInserted(whole, 0xd0, Array<number>(20).fill(0xaa));
    await expect(decodeImage(many)).rejects.toThrow('the JPEG is damaged: ');
  });
});

it('refuses a JPEG whose restart markers are out of order', async () => {
  const bytes = fixtureBytes('restarts.jpg');
  bytes[bytes.indexOf(Buffer.from('ffd0', 'hex')) + 1] = 0xd3;
  await expect(decodeImage(bytes)).rejects.toThrow('the JPEG is damaged: a restart marker is missing');
});

it('refuses a progressive JPEG that ends after a scan, since those that are missing would have made it sharp', async () => {
  const whole = await kinds.progressive();
  const scans: number[] = [];
  for (let at = whole.indexOf('\xff\xda', 0, 'latin1'); at !== -1; at = whole.indexOf('\xff\xda', at + 2, 'latin1')) {
    scans.push(at);
  }
  expect(scans.length).toBeGreaterThan(3);
  for (const scan of scans.slice(1)) {
    await expect(decodeImage(whole.subarray(0, scan))).rejects.toMatchObject({ code: 'image_undecodable' });
  }
});
