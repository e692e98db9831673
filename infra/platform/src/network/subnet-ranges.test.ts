import fc from 'fast-check';

import { contains, isAligned } from './ipv4-range.js';
import { subnetRanges } from './subnet-ranges.js';

describe('subnetRanges', () => {
  it('gives three quarters to nodes and pods and the last one to NAT gateways', () => {
    expect(subnetRanges('10.0.0.0/16', 3)).toEqual({
      private: ['10.0.0.0/18', '10.0.64.0/18', '10.0.128.0/18'],
      public: ['10.0.192.0/20', '10.0.208.0/20', '10.0.224.0/20'],
    });
  });

  it('lies in the VPC, without overlap, and a third zone moves nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 20 }), fc.integer({ min: 0, max: 15 }), (length, index) => {
        const vpc = `10.64.${(index * 2 ** Math.max(0, 24 - length)) % 256}.0/${length}`;
        fc.pre(isAligned(vpc));
        const three = subnetRanges(vpc, 3);
        const all = [...three.private, ...three.public];
        expect(all.every((range) => contains(vpc, range) && isAligned(range))).toBe(true);
        const overlaps = all.filter((range) => all.some((other) => other !== range && contains(range, other)));
        expect(overlaps).toEqual([]);
        const two = subnetRanges(vpc, 2);
        expect([three.private.slice(0, 2), three.public.slice(0, 2)]).toEqual([two.private, two.public]);
      }),
    );
  });
});
