import { goalsOf, type Measured } from './goals.js';

const ratio = (lowest: number) => ({ lowest, geometricMean: lowest, byPhoto: {}, cpu: undefined });
const idle = (idleVsStages: number) =>
  ({ scenario: 'small', contender: 'ours', p50Ms: 1, stagesMs: 1, idleVsStages }) as const;
const measured = (change: Partial<Measured>): Measured => ({
  ratios: {},
  idle: [],
  load: [],
  eventLoopStallMs: undefined,
  ...change,
});
const goal = (change: Partial<Measured>, name: string) =>
  goalsOf(measured(change)).find((one) => one.name.startsWith(name));

describe('goalsOf', () => {
  it('says of each goal what was wanted, what came and whether that is enough', () => {
    expect(goal({ ratios: { fp32_vs_peer: ratio(1.15) } }, 'fp32_vs_peer')).toEqual({
      name: 'fp32_vs_peer, lowest',
      wanted: '>= 1.15',
      got: 1.15,
      met: true,
    });
    expect(goal({ ratios: { int8_vs_raw: ratio(0.91) } }, 'int8_vs_raw')?.met).toBe(false);
  });

  it('takes the worst photo of latencies', () => {
    expect(goal({ idle: [idle(1.1), idle(1.3), idle(1)] }, 'idle_vs_stages of ours')).toMatchObject({
      got: 1.3,
      met: false,
    });
  });

  it('wants stalls below their limit', () => {
    expect(goal({ eventLoopStallMs: 50 }, 'longest stall')?.met).toBe(false);
    expect(goal({ eventLoopStallMs: 49.9 }, 'longest stall')?.met).toBe(true);
  });

  it('holds nothing for met that was not measured', () => {
    const goals = goalsOf(measured({}));
    expect(goals.length).toBeGreaterThan(5);
    for (const one of goals) expect(one).toMatchObject({ got: null, met: false });
  });
});
