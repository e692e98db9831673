import fc from 'fast-check';
import { ByteBudget, type Reservation } from './byte-budget.js';

it('gives bytes as long as there are some, and takes them back', () => {
  const budget = new ByteBudget(100);
  const first = budget.reserve(60);
  expect(budget.reserve(41)).toBeUndefined();
  const second = budget.reserve(40);
  expect(budget.used).toBe(100);
  first?.release();
  first?.release();
  expect(budget.used).toBe(40);
  second?.shrinkTo(10);
  second?.shrinkTo(90);
  expect(budget.used).toBe(10);
});

it('never gives more than its limit, and has all of it when everything was given back', () => {
  const step = fc.oneof(
    fc.record({ reserve: fc.nat(60) }),
    fc.record({ shrink: fc.nat(10), to: fc.nat(60) }),
    fc.record({ release: fc.nat(10) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const budget = new ByteBudget(100);
      const held: Reservation[] = [];
      for (const now of steps) {
        if ('reserve' in now) {
          const reservation = budget.reserve(now.reserve);
          if (reservation !== undefined) held.push(reservation);
        } else if ('shrink' in now) held[now.shrink]?.shrinkTo(now.to);
        else held[now.release]?.release();
        if (budget.used < 0 || budget.used > 100) return false;
      }
      for (const reservation of held) reservation.release();
      return budget.used === 0;
    }),
  );
});
