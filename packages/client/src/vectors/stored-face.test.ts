import fc from 'fast-check';
import { realVectors } from '../../test/kit/golden.js';
import { InvalidInputError } from '../errors/client-errors.js';
import { cosine } from './similarity.js';
import { parse, serialize, type StoredFace } from './stored-face.js';

const WHERE = { modelVersion: '2.0.0', embeddingSpace: '3cd13f0e22cc9eba' };
const stored = (vector: Iterable<number>): StoredFace => ({ vector: Float32Array.from(vector), ...WHERE });

const faces = fc.record({
  vector: fc.float32Array({ noNaN: true, min: -1, max: 1, maxLength: 50 }),
  modelVersion: fc.stringMatching(/^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/),
  embeddingSpace: fc.stringMatching(/^[0-9a-f]{16}$/),
});

describe('serialize and parse', () => {
  it('keep a face of float32 as it is, whatever its version and space', () => {
    fc.assert(
      fc.property(faces, (face) => {
        expect(parse(serialize(face, { precision: 'float32' }))).toEqual(face);
      }),
    );
  });

  it('keep a face of float16 as near as float16 can, and then as it is', () => {
    fc.assert(
      fc.property(faces, (face) => {
        const once = parse(serialize(face));
        expect({ ...once, vector: null }).toEqual({ ...face, vector: null });
        once.vector.forEach((value, index) => {
          const given = face.vector[index] ?? NaN;
          expect(Math.abs(value - given)).toBeLessThanOrEqual(Math.max(Math.abs(given) / 2048, 2 ** -25));
        });
        expect(parse(serialize(once))).toEqual(once);
      }),
    );
  });

  it('writes a text that says what it is', () => {
    expect(serialize(stored([1, -2]))).toBe('fc1:2.0.0:3cd13f0e22cc9eba:f16x2:ADwAwA');
    expect(serialize(stored([1]), { precision: 'float32' })).toBe('fc1:2.0.0:3cd13f0e22cc9eba:f32x1:AACAPw');
  });

  it('changes the cosines of real vectors by less than the bound that it states', () => {
    const vectors = realVectors().map(stored);
    expect(vectors.length).toBeGreaterThan(4);
    for (const a of vectors) {
      for (const b of vectors) {
        const change = Math.abs(cosine(parse(serialize(a)), parse(serialize(b))) - cosine(a, b));
        expect(change).toBeLessThan(0.001);
        expect(change).toBeLessThan(1e-4);
      }
    }
  });

  it.each([
    ['another text', 'hello', /a stored face is a text like .*, received 5 characters/],
    ['nothing', '', /received 0 characters/],
    ['a newer form', 'fc2:whatever', /newer form; update/],
    ['a space that is none', 'fc1:2.0.0:xyz:f16x1:ADw', /a stored face is a text like/],
    ['half the numbers', 'fc1:2.0.0:3cd13f0e22cc9eba:f16x2:ADw', /2 numbers of 2 bytes and has 2 bytes; it is cut off/],
    ['half a number', 'fc1:2.0.0:3cd13f0e22cc9eba:f16x2:ADwA', /cut off or damaged/],
    ['base64 that is none', 'fc1:2.0.0:3cd13f0e22cc9eba:f16x2:ADwAw', /cut off or damaged/],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parse(text)).toThrow(InvalidInputError);
    expect(() => parse(text)).toThrow(message);
  });

  it('refuses every text that was cut off', () => {
    const text = serialize(stored([0.1, 0.2, 0.3]));
    for (let length = 0; length < text.length; length++) {
      expect(() => parse(text.slice(0, length))).toThrow(InvalidInputError);
    }
  });

  it.each([
    [
      'a vector that was not asked for',
      { ...WHERE, boundingBox: { left: 0, top: 0, width: 1, height: 1 }, confidence: 1 },
      /faceHash/,
    ],
    [
      'numbers too large for float16',
      stored([1, 70_000]),
      /number 1 of the vector is 70000; f16 holds numbers up to 65504/,
    ],
    ['numbers that are not finite', stored([NaN]), /number 0 of the vector is NaN/],
    ['a space that is none', { ...stored([1]), embeddingSpace: 'mine' }, /not what the service answers/],
  ])('refuses to write %s', (_what, face, message) => {
    expect(() => serialize(face)).toThrow(message);
  });
});
