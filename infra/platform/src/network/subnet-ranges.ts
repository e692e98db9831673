import { prefixLength, subRange } from './ipv4-range.js';

export interface SubnetRanges {
  /** One a zone, a quarter of the VPC each: nodes and pods, which take an address each. */
  readonly private: readonly string[];
  /** One a zone, a sixteenth each, out of the last quarter: NAT gateways alone. */
  readonly public: readonly string[];
}

/**
 * Where the subnets of a VPC lie. A third zone takes addresses that nothing had before, so that it can be added later.
 *
 * @param zones 2 or 3
 */
export function subnetRanges(vpcCidr: string, zones: number): SubnetRanges {
  const length = prefixLength(vpcCidr);
  const indices = Array.from({ length: zones }, (_, index) => index);
  const lastQuarter = subRange(vpcCidr, length + 2, 3);
  return {
    private: indices.map((index) => subRange(vpcCidr, length + 2, index)),
    public: indices.map((index) => subRange(lastQuarter, length + 4, index)),
  };
}
