import fc from 'fast-check';
import { FLOAT16_MAX, fromFloat16Bits, toFloat16Bits } from './float16.js';

describe('float16', () => {
  it('keeps every number that it can hold', () => {
    for (let bits = 0; bits < 0x1_0000; bits++) {
      const value = fromFloat16Bits(bits);
      if (Math.abs(value) <= FLOAT16_MAX) expect(toFloat16Bits(value)).toBe(bits);
    }
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [FLOAT16_MAX, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [-0, 0x8000],
    [1 / 3, 0x3555],
    // Halfway between two: the even one.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    // Rounds up to the next power of two, and from the subnormal numbers to the normal ones.
    [2 - 2 ** -13, 0x4000],
    [2 ** -14 - 2 ** -26, 0x0400],
  ])('writes %d as IEEE 754 says', (value, bits) => {
    expect(toFloat16Bits(value)).toBe(bits);
  });

  it('reads infinities and NaN', () => {
    expect([0x7c00, 0xfc00, 0x7e00].map(fromFloat16Bits)).toEqual([Infinity, -Infinity, NaN]);
  });

  it('is off by at most a 2,048th, and by at most 2^-25 near zero', () => {
    fc.assert(
      fc.property(fc.double({ min: -FLOAT16_MAX, max: FLOAT16_MAX, noNaN: true }), (value) => {
        const error = Math.abs(fromFloat16Bits(toFloat16Bits(value)) - value);
        expect(error).toBeLessThanOrEqual(Math.max(Math.abs(value) / 2048, 2 ** -25));
      }),
    );
  });
});
