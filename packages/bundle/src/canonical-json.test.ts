import { canonicalJson } from './canonical-json.js';

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1}}'],
    // Numbers from RFC 8785, appendix B.
    [
      [-0, 5e-324, 1e21, 1e23, 0.1 + 0.2, 333333333.3333333],
      '[0,5e-324,1e+21,1e+23,0.30000000000000004,333333333.3333333]',
    ],
    // The order of RFC 8785, section 3.2.3: UTF-16 code units, not code points.
    [{ '\ufb33': 1, '\ud83d\ude00': 2, '1': 3, '\r': 4 }, '{"\\r":4,"1":3,"\ud83d\ude00":2,"\ufb33":1}'],
  ])('writes %j in one way only', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %p, which JSON cannot carry', (value) => {
    expect(() => canonicalJson({ a: value })).toThrow(RangeError);
  });
});
