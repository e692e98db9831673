import { readFileSync } from 'node:fs';

import {
  dollarsPerMillionAt,
  HOURS_PER_MONTH,
  IMAGES_PER_SECOND_PER_VCPU,
  instancePrice,
  MEASURED,
  ORIGINAL_DOLLARS_PER_MILLION,
  platformMonthlyCost,
  PRICES,
  serviceCost,
  type ServiceShape,
} from './index.js';

const platform = {
  region: 'us-east-1',
  natGateways: 1,
  interfaceEndpoints: 0,
  loadBalancers: 1,
  kmsKeys: 1,
  cpu: { instanceType: 'c7i.xlarge', nodes: 2 },
};
const service: ServiceShape = {
  region: 'us-east-1',
  gateway: false,
  waf: false,
  instanceType: 'c7i.xlarge',
};

describe('the original', () => {
  it('asks what the rows of its own page add up to', () => {
    expect(ORIGINAL_DOLLARS_PER_MILLION).toBe(151.05);
  });
});

describe('a platform at rest', () => {
  it('costs the sum of its lines', () => {
    const { total, lines, notPriced } = platformMonthlyCost(platform);
    expect(total).toBeCloseTo(
      lines.reduce((sum, { dollars }) => sum + dollars, 0),
      2,
    );
    expect(total).toBeCloseTo(HOURS_PER_MONTH * (0.1 + 2 * 0.1785 + 0.05 + 0.0225) + 1, 1);
    expect(notPriced).toEqual([]);
  });

  it('pays for GPU nodes only while there are any', () => {
    const none = platformMonthlyCost({ ...platform, gpu: { instanceType: 'g4dn.xlarge', nodes: 0 } });
    const one = platformMonthlyCost({ ...platform, gpu: { instanceType: 'g4dn.xlarge', nodes: 1 } });
    expect(none.total).toBe(platformMonthlyCost(platform).total);
    expect(one.total - none.total).toBeCloseTo(HOURS_PER_MONTH * 0.526, 1);
  });

  it('names what it has no price for instead of making one up', () => {
    const { notPriced, lines } = platformMonthlyCost({ ...platform, cpu: { instanceType: 'x9z.large', nodes: 2 } });
    expect(notPriced).toEqual(['x9z.large']);
    expect(lines.some(({ what }) => what.includes('x9z'))).toBe(false);
  });

  it('says so when the prices are of another region', () => {
    expect(platformMonthlyCost({ ...platform, region: 'eu-west-1' }).pricesOf).toMatch(/eu-west-1 are not known/);
  });
});

describe('a million images', () => {
  it('cost the time of the nodes on a cluster that is there', () => {
    const perSecond = 4 * IMAGES_PER_SECOND_PER_VCPU * 0.5;
    expect(serviceCost(service).dollarsPerMillionImages).toBeCloseTo((0.1785 / 3600 / perSecond) * 1e6, 2);
    expect(serviceCost(service).idleDollarsPerMonth).toBe(0);
  });

  it('cost the fees of the gateway on top', () => {
    const { dollarsPerMillionImages = 0, linesPerMillion } = serviceCost({ ...service, gateway: true });
    expect(dollarsPerMillionImages).toBeGreaterThan(3.5);
    expect(linesPerMillion.map(({ what }) => what)).toContain('REST API calls');
  });

  it('have no price on a GPU that nobody measured', () => {
    const { dollarsPerMillionImages, assumptions } = serviceCost({ ...service, instanceType: 'g4dn.xlarge' });
    expect(dollarsPerMillionImages).toBeUndefined();
    expect(assumptions.join(' ')).toMatch(/g4dn.xlarge .* was not measured/);
    expect(
      serviceCost({ ...service, instanceType: 'g4dn.xlarge', imagesPerSecondPerNode: 100 }).dollarsPerMillionImages,
    ).toBeCloseTo((0.526 / 3600 / 50) * 1e6, 2);
  });

  it('get cheaper with traffic, until nodes must be added', () => {
    const at = (images: number): number =>
      dollarsPerMillionAt(service, images, { fixedMonthly: 100, minNodes: 1 }) ?? NaN;
    expect(at(1e5)).toBeGreaterThan(at(1e6));
    expect(at(1e6)).toBeGreaterThan(at(1e7));
    // Far above one node, all that is left is what the nodes cost while they compute.
    expect(at(1e11)).toBeCloseTo(serviceCost(service).dollarsPerMillionImages ?? NaN, 1);
  });
});

describe('the tables', () => {
  it('know the CPUs of each instance type that has a price', () => {
    for (const type of Object.keys(PRICES.perHour.instances)) expect(instancePrice(type)?.vcpus).toBeGreaterThan(0);
  });

  it('rest on what the benchmark published', () => {
    const page = readFileSync(`${__dirname}/../../../docs/benchmarks/bench.md`, 'utf8');
    expect(page).toContain(MEASURED.on);
    const best = (who: string): number => {
      const rows = page
        .split('\n')
        .filter((line) => line.startsWith(`| ${MEASURED.photo} `) && line.includes(` ${who} |`));
      return Math.max(...rows.map((row) => Number(row.split('|')[4]?.trim().split(' ')[0])));
    };
    expect(best(' ours')).toBe(MEASURED.requestsPerSecond);
    expect(best(' int8')).toBe(MEASURED.int8RequestsPerSecond);
  });
});
