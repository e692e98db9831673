import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { turnsDuring } from '../../test/kit/turns.js';
import { decodeBase64Image } from './decode-base64.js';
import { ImageSourceError } from './image-source-error.js';

const MiB = 1024 * 1024;

async function refusal(text: string, maxBytes = MiB, parameter?: string): Promise<ImageSourceError> {
  try {
    await decodeBase64Image(text, maxBytes, parameter);
  } catch (error) {
    if (error instanceof ImageSourceError) {
      return error;
    }
    throw error;
  }
  throw new Error(`${JSON.stringify(text.slice(0, 60))} was taken`);
}

describe('decodeBase64Image', () => {
  it.each([
    ['padded base64', 'aGk/Pj4+', 'hi?>>>'],
    ['two padding characters', 'aGk/Pg==', 'hi?>'],
    ['one padding character', 'aGk/Pj4=', 'hi?>>'],
    ['no padding', 'aGk/Pg', 'hi?>'],
    ['the URL-safe alphabet', 'aGk_Pj4-', 'hi?>>>'],
    ['line breaks and spaces', ' aGk/\r\n\tPg =\n= ', 'hi?>'],
    ['lines with spaces at both ends', '  aGk/ \n  Pg \n  == ', 'hi?>'],
    ['lines of PEM', 'aGk/\r\nPg==\r\n', 'hi?>'],
    ['columns with more than one space between', 'aGk/  Pg==', 'hi?>'],
    ['a space before the padding', 'aGk/Pg ==', 'hi?>'],
    ['a data: URL', 'data:image/png;base64,aGk/Pg==', 'hi?>'],
    ['a data: URL with a space behind its comma', 'data:image/png;base64, aGk/Pg==', 'hi?>'],
    ['a data: URL with parameters, in capitals', 'DATA:image/jpeg;charset=utf-8;BASE64,aGk/Pg', 'hi?>'],
    ['a data: URL without a media type', 'data:;base64,aGk/Pg', 'hi?>'],
  ])('takes %s', async (_what, text, expected) => {
    expect((await decodeBase64Image(text, MiB)).toString('latin1')).toBe(expected);
  });

  it.each([
    ['a percent sign', 'aGk%Pg==', 'img must be base64 or a data: URL; character 4 is "%" (U+0025)'],
    ['an emoji', 'aG\u{1F600}k', 'img must be base64 or a data: URL; character 3 is "\u{1F600}" (U+1F600)'],
    ['a letter whose low byte is a digit', 'aGkŁ', 'img must be base64 or a data: URL; character 4 is "Ł" (U+0141)'],
    ['a no-break space', 'aG\u00a0k', 'img must be base64 or a data: URL; character 3 is "\u00a0" (U+00A0)'],
    ['padding in the middle', 'aG=kaGkk', 'img must be base64 or a data: URL; character 3 is "=" (U+003D)'],
    [
      'a bad character in a data: URL',
      'data:;base64,aG!k',
      'img must be base64 or a data: URL; character 16 is "!" (U+0021)',
    ],
    ['a sentence', 'this is not base64!', 'img must be base64 or a data: URL; character 19 is "!" (U+0021)'],
    ['a URL', 'https://x.test/a.jpg', 'img must be base64 or a data: URL; character 6 is ":" (U+003A)'],
    ['nothing', '', 'img must be base64 or a data: URL; it has no digits'],
    ['white space only', ' \n ', 'img must be base64 or a data: URL; it has no digits'],
    ['a data: URL with nothing in it', 'data:image/png;base64,', 'img must be base64 or a data: URL; it has no digits'],
    [
      'one digit too many',
      'aGkkA',
      'img must be base64 or a data: URL; it ends too early or is padded wrongly: 5 digits and 0 padding characters',
    ],
    [
      'too much padding',
      'aGk==',
      'img must be base64 or a data: URL; it ends too early or is padded wrongly: 3 digits and 2 padding characters',
    ],
    [
      'a data: URL that is not base64',
      'data:image/svg+xml,%3Csvg%3E',
      'img must be base64 or a data: URL; the data: URL does not say ";base64" before its comma',
    ],
    [
      'a data: URL without content',
      'data:image/png;base64',
      'img must be base64 or a data: URL; the data: URL has no comma within its first 512 characters',
    ],
  ])('refuses %s and says where', async (_what, text, detail) => {
    const error = await refusal(text);
    expect(error.code).toBe('invalid_base64');
    expect(error.detail).toBe(detail);
    expect(error.members).toEqual({ parameter: 'img' });
  });

  it.each([
    ['between two digits', 'aGk/Pj4 aGk/', 8],
    ['in the second of two lines', 'aGk/Pj4+\naG /Pj4+', 12],
    ['in a data: URL', 'data:image/png;base64,aGk/Pj4 aGk/', 30],
  ])('says of a space %s that it was a plus sign', async (_where, text, place) => {
    const error = await refusal(text);
    expect(error.code).toBe('invalid_base64');
    expect(error.detail).toBe(
      `img must be base64 or a data: URL; character ${place} is a space: "+" was probably decoded as a space (form encoding); send "+" as %2B or use the URL-safe alphabet`,
    );
    expect(error.members).toEqual({ parameter: 'img' });
  });

  it('names the field it was given', async () => {
    const error = await refusal('!', MiB, 'source.img');
    expect(error.detail).toMatch(/^source\.img must be base64/);
    expect(error.members.parameter).toBe('source.img');
  });

  it('allows exactly the limit, whatever the white space and padding, and refuses one byte more', async () => {
    const limit = 1000;
    const wrapped = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64').replace(/.{10}/g, '$&\r\n');
    expect(await decodeBase64Image(wrapped(limit), limit)).toHaveLength(limit);
    const error = await refusal(wrapped(limit + 1), limit);
    expect(error.code).toBe('image_too_large');
    expect(error.members).toEqual({ parameter: 'img', limitBytes: 1000, receivedBytes: 1001 });
    expect(error.detail).toBe('the image in img may have 1000 bytes; it has 1001');
  });

  it('judges the size before it decodes, so that an oversized text need not be valid', async () => {
    expect((await refusal(`${'A'.repeat(4000)}!`, 100)).code).toBe('image_too_large');
  });

  it('gives back what any encoder wrote', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.constantFrom<'base64' | 'base64url'>('base64', 'base64url'),
        async (bytes, encoding) => {
          const decoded = await decodeBase64Image(Buffer.from(bytes).toString(encoding), 300);
          expect(decoded.equals(bytes)).toBe(true);
        },
      ),
    );
  });

  it('takes of all UTF-16 units only those of the alphabets and line breaks, in every place of a group', async () => {
    const taken: number[] = [];
    for (let unit = 0; unit <= 0xffff; unit += 1) {
      const place = unit % 4;
      const text = `${'QUJDQUJD'.slice(0, 4 + place)}${String.fromCharCode(unit)}${'QUJDQUJ'.slice(place)}`;
      try {
        await decodeBase64Image(text, MiB);
        taken.push(unit);
      } catch {
        // Refused: not in the list.
      }
    }
    const expected = Array.from({ length: 128 }, (_, unit) => unit).filter((unit) =>
      /^[A-Za-z0-9+/_\-\t\n\f\r]$/.test(String.fromCharCode(unit)),
    );
    expect(taken).toEqual(expected);
  });

  it('agrees with the grammar on any text', async () => {
    const grammar = /^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?|[A-Za-z0-9+/_-]{4})$/;
    const unit = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '+', '/', '-', '_') },
      { weight: 1, arbitrary: fc.constantFrom('=', '\n', ' ', '%', 'Ł', '\0', '\u2028', '\ud800') },
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 24 }), async (text) => {
        const lostPlus = /[^\t\n\f\r =] [^\t\n\f\r =]/;
        const expected = grammar.test(text.replace(/[\t\n\f\r ]/g, '')) && !lostPlus.test(text);
        let taken = true;
        try {
          await decodeBase64Image(text, MiB);
        } catch {
          taken = false;
        }
        expect(taken).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  describe('of several steps', () => {
    const photo = randomBytes(3 * MiB + 1);
    const base64 = photo.toString('base64');

    it.each([
      ['without white space', base64],
      ['with line breaks', base64.replace(/.{76}/g, '$&\r\n')],
      ['with indented lines', base64.replace(/.{76}/g, '  $&  \n')],
      ['with all white space between two digits', `${base64.slice(0, 5)}${' '.repeat(3 * MiB)}${base64.slice(5)}`],
      ['with padding before a step of white space', `${base64}${'\n'.repeat(2 * MiB)}`],
      ['with padding that is torn apart', `${base64.slice(0, -1)}${' '.repeat(2 * MiB)}=`],
      ['behind the head of a data: URL', `data:image/jpeg;base64,${base64}`],
    ])('gives back the bytes of a text %s', async (_how, text) => {
      expect((await decodeBase64Image(text, 4 * MiB)).equals(photo)).toBe(true);
      expect((await decodeBase64Image(Buffer.from(text), 4 * MiB)).equals(photo)).toBe(true);
    });

    it.each([2, 3 * MiB, base64.length - 3])('names a bad character at %d', async (at) => {
      const text = `${base64.slice(0, at)}\u00e4${base64.slice(at + 1)}`;
      expect((await refusal(text, 4 * MiB)).detail).toContain(`character ${at + 1} is "\u00e4" (U+00E4)`);
    });

    it.each([2, 256 * 1024 - 1, 256 * 1024, base64.length - 4])('finds a lost plus sign at %d', async (at) => {
      const text = `${base64.slice(0, at)} ${base64.slice(at + 1)}`;
      expect((await refusal(text, 4 * MiB)).detail).toContain(`character ${at + 1} is a space: "+" was`);
    });

    it('names padding in the middle', async () => {
      const text = `${base64.slice(0, 2 * MiB)}=${base64.slice(2 * MiB)}`;
      expect((await refusal(text, 4 * MiB)).detail).toContain(`character ${2 * MiB + 1} is "="`);
    });

    it('lets others have their turn', async () => {
      expect(await turnsDuring(() => decodeBase64Image(base64, 4 * MiB))).toBeGreaterThanOrEqual(4);
    });
  });

  it('takes time linear in the length, also for texts made to be slow', async () => {
    const base = randomBytes(3 * MiB).toString('base64');
    const cheapest = async (run: () => unknown) => {
      let best = Infinity;
      for (let round = 0; round < 5; round += 1) {
        const startedAt = performance.now();
        await run();
        best = Math.min(best, performance.now() - startedAt);
      }
      return best;
    };
    // What it takes to look at every byte once, on this machine under its present load.
    const yardstickMs = await cheapest(() => {
      const bytes = Buffer.from(`${base}${base}`, 'latin1');
      let sum = 0;
      for (let at = 0; at < bytes.length; at += 1) {
        sum += bytes[at] ?? 0;
      }
      return sum;
    });
    const texts = [
      base,
      base.replace(/./g, '$&\n'),
      base.replace(/./g, '$&  '),
      `${' '.repeat(base.length)}%`,
      `${base}${'='.repeat(base.length)}`,
    ];
    for (const text of texts) {
      const ms = await cheapest(async () => {
        try {
          await decodeBase64Image(text, 10 * MiB);
        } catch {
          // Only the time matters here.
        }
      });
      // Measured: less than 15 times. One that is quadratic would take millions of times.
      expect(ms).toBeLessThan(1000 * yardstickMs);
    }
  });
});
