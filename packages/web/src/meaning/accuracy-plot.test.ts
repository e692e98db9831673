import { calibration } from '../../test/calibration.js';
import { layOutAccuracy } from './accuracy-plot.js';

describe('the accuracy plot', () => {
  const plot = layOutAccuracy(calibration.operatingPoints, 90);

  it('puts a point for each threshold between the axes, stricter ones to the right', () => {
    expect(plot?.points.map(({ label }) => label)).toEqual(['33.3', '80', '95.7', '99']);
    expect(plot?.points.map(({ x }) => x)).toEqual([52, 180, 308, 436]);
  });

  it('names how many strangers each lets through', () => {
    expect(plot?.xTicks.map(({ label }) => label)).toEqual(['1:100', '1:1,000', '1:10,000', '1:100,000']);
  });

  it('chooses round shares below the lowest point', () => {
    expect(plot?.yTicks.map(({ label }) => label)).toEqual(['94 %', '96 %', '98 %', '100 %']);
  });

  it('marks the similarity of the pair between its neighbours', () => {
    const { x = 0, y = 0 } = plot?.marker ?? {};
    expect(x).toBeGreaterThan(180);
    expect(x).toBeLessThan(308);
    expect(y).toBeGreaterThan(plot?.points[1]?.y ?? 0);
  });

  it('marks no similarity below what was measured', () => {
    expect(layOutAccuracy(calibration.operatingPoints, 10)?.marker).toBeUndefined();
  });

  it('draws weak models too', () => {
    const weak = [
      { far: 0.1, tar: 0.5, cosine: 0.1, similarity: 20 },
      { far: 0.01, tar: 0.05, cosine: 0.3, similarity: 70 },
    ];
    const labels = layOutAccuracy(weak)?.yTicks.map(({ label }) => label);
    expect(labels).toEqual(['0 %', '20 %', '40 %', '60 %', '80 %', '100 %']);
  });

  it('draws nothing of fewer than two points', () => {
    expect(layOutAccuracy(calibration.operatingPoints.slice(0, 1))).toBeUndefined();
    expect(layOutAccuracy([])).toBeUndefined();
  });
});
