import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { turnsDuring } from '../../test/kit/turns.js';
import { JSON_SLACK_BYTES, parseJson } from './json-body.js';
import { ProblemError } from '@face-comparison/contract';

const MiB = 1024 * 1024;
const LONG = randomBytes(3 * MiB).toString('base64');

/** What JSON.parse would give: the long texts in their places. */
async function parsed(text: string): Promise<unknown> {
  const { value, longTexts } = await parseJson(Buffer.from(text));
  const withTexts = (item: unknown): unknown => {
    if (typeof item === 'string') return longTexts.get(item)?.toString() ?? item;
    if (Array.isArray(item)) return item.map(withTexts);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, member]) => [key, withTexts(member)]));
  };
  return withTexts(value);
}

async function refusal(text: string, parameter?: string): Promise<ProblemError> {
  try {
    await parseJson(Buffer.from(text), parameter);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('parseJson', () => {
  it('gives what JSON.parse gives, for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        expect(await parsed(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('cuts long photos out and copies nothing of them', async () => {
    const bytes = Buffer.from(JSON.stringify({ source: { img: LONG }, target: { url: 'https://a.example' } }));
    const { longTexts } = await parseJson(bytes);
    const [text] = longTexts.values();
    expect(text?.buffer).toBe(bytes.buffer);
    expect(await parsed(bytes.toString())).toEqual({ source: { img: LONG }, target: { url: 'https://a.example' } });
  });

  it.each([
    ['two photos', JSON.stringify({ source: { img: LONG }, target: { img: `${LONG}=` } })],
    ['white space between', JSON.stringify({ img: LONG, url: '' }, undefined, 2)],
    ['slashes escaped, as PHP does', JSON.stringify({ img: LONG }).replaceAll('/', '\\/')],
    ['line breaks escaped', JSON.stringify({ img: LONG.replaceAll(/.{76}/g, '$&\r\n') })],
    ['letters escaped', JSON.stringify({ img: LONG }).replaceAll('+', '\\u002b')],
    ['a text before that ends like a name', JSON.stringify({ a: 'x"img', b: '\\', img: LONG })],
    ['a text that is named img and is in a list', JSON.stringify(['img', LONG.slice(0, MiB / 2)])],
    ['names within names', JSON.stringify({ img: { img: LONG } })],
  ])('reads %s', async (_what, text) => {
    expect(await parsed(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['ends in a photo', JSON.stringify({ img: LONG }).slice(0, -100), /ends within a text/],
    ['has an unknown escape in a photo', `{"img": "${LONG}\\x"}`, /position|something else/],
    ['has a raw line break in a photo', `{"img": "${LONG}\n"}`, /line break/],
    ['has something behind a photo', `{"img": "${LONG}" x}`, /position/],
  ])('refuses what %s, and repeats nothing of it', async (_what, text, detail) => {
    const error = await refusal(text);
    expect(error.code).toBe('invalid_json');
    expect(error.message).toMatch(detail);
    expect(error.message.length).toBeLessThan(120);
  });

  it.each([
    ['a short body', JSON.stringify({ url: 'https://a.example' })],
    ['a long photo', JSON.stringify({ img: LONG })],
  ])('passes over a byte order mark before %s', async (_what, text) => {
    expect(await parsed(`\ufeff${text}`)).toEqual(JSON.parse(text));
  });

  it.each([
    ['a short body', JSON.stringify({ url: 'https://a.example' })],
    ['a long photo', JSON.stringify({ img: LONG })],
  ])('names the encoding of %s that is not UTF-8', async (_what, text) => {
    for (const marked of [text, `\ufeff${text}`]) {
      const little = Buffer.from(marked, 'utf16le');
      const big = Buffer.from(marked, 'utf16le').swap16();
      await expect(parseJson(little)).rejects.toMatchObject({
        code: 'invalid_json',
        message: 'the body must be JSON; expected JSON in UTF-8, got UTF-16LE',
      });
      await expect(parseJson(big, 'target')).rejects.toMatchObject({
        code: 'invalid_json',
        message: 'target must be JSON; expected JSON in UTF-8, got UTF-16BE',
        members: { parameter: 'target' },
      });
    }
  });

  it('names the part of a form that is no JSON', async () => {
    const error = await refusal('{', 'target');
    expect(error.message).toMatch(/^target must be JSON/);
    expect(error.members).toEqual({ parameter: 'target' });
  });

  it('refuses more beside the photos than two vectors need', async () => {
    const error = await refusal(`{"url": "${'x'.repeat(JSON_SLACK_BYTES)}"}`);
    expect(error.code).toBe('body_too_large');
    expect(error.members.limitBytes).toBe(JSON_SLACK_BYTES);
  });

  it.each([
    ['escapes only', `{"img": "${'\\u0041'.repeat(200_000)}"}`],
    ['backslashes only', `{"img": "${'\\\\'.repeat(400_001)}"}`],
    ['escaped quotes within the number that a request may have', `{"img": "${'\\"'.repeat(9_000)}${LONG}"}`],
  ])('reads a long text of %s', async (_what, text) => {
    expect(await parsed(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['lists in lists', '['.repeat(900_000), 'invalid_json'],
    ['objects', `[${'{},'.repeat(300_000)}{}]`, 'invalid_json'],
    ['texts', `[${'"",'.repeat(500_000)}""]`, 'body_too_large'],
    ['escaped quotes', `{"img": "${'\\"'.repeat(2 * MiB)}"}`, 'body_too_large'],
  ])('refuses a body of %s without parsing it', async (_what, text, code) => {
    expect((await refusal(text)).code).toBe(code);
  });

  it('lets others have their turn while it looks through a photo', async () => {
    expect(await turnsDuring(() => parseJson(Buffer.from(JSON.stringify({ img: LONG }))))).toBeGreaterThanOrEqual(3);
  });
});
