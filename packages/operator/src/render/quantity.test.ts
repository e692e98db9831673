import fc from 'fast-check';

import { CANONICAL_QUANTITIES } from '../../test/kit/quantities.js';
import { canonicalQuantity, quantityValue } from './quantity.js';

describe('canonicalQuantity', () => {
  it.each(CANONICAL_QUANTITIES)('writes %s as %s, as the API server does', (written, stored) =>
    expect(canonicalQuantity(written)).toBe(stored),
  );

  it('changes nothing about what it has written, and no value', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'),
        (number, suffix) => {
          const once = canonicalQuantity(`${number}${suffix}`);
          expect(canonicalQuantity(once)).toBe(once);
          expect(quantityValue(once)).toBe(quantityValue(`${number}${suffix}`));
        },
      ),
    ));

  it('takes numbers', () => expect(canonicalQuantity(4)).toBe('4'));
  it('leaves what is no quantity to the API server', () => expect(canonicalQuantity('4 GB')).toBe('4 GB'));
});

describe('quantityValue', () => {
  it.each(CANONICAL_QUANTITIES)('reads %s', (written, _, value) =>
    expect(quantityValue(written)).toBeCloseTo(value, 9),
  );
  it.each(['', 'x', '1 Gi', '1GiB', '--1', '.', '.5', '5.'])('reads nothing in %j', (text) =>
    expect(quantityValue(text)).toBeUndefined(),
  );
});
