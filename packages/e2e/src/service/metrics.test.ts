import { parseMetric } from './metrics.js';

const TEXT = `# HELP stall_seconds Longest stall.
# TYPE stall_seconds gauge
stall_seconds 0.0125
stall_seconds_total 7
labelled{lane="1"} 3
`;

describe('parseMetric', () => {
  it('reads the metric of exactly this name', () => {
    expect(parseMetric(TEXT, 'stall_seconds')).toBe(0.0125);
  });

  it('knows nothing of a metric that is not there', () => {
    expect(parseMetric(TEXT, 'stall')).toBeUndefined();
  });
});
