import { metricSum } from './metric-sum.js';

const TEXT = `# HELP reconcile_total runs
reconcile_total{controller="a",result="success"} 3
reconcile_total{controller="b",result="success"} 4
reconcile_total_other 100
plain 7
`;

describe('the sum of a counter', () => {
  it('runs over its label sets, and over no other counter', () => {
    expect(metricSum(TEXT, 'reconcile_total')).toBe(7);
    expect(metricSum(TEXT, 'plain')).toBe(7);
  });

  it('leaves out label sets that are not wanted', () => {
    expect(metricSum(TEXT, 'reconcile_total', (labels) => labels.includes('"b"'))).toBe(4);
  });
});
