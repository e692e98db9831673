import { PLATFORM } from '../../test/platform.js';
import { dashboardBody } from './dashboard.js';

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title: string; readonly region: string; readonly metrics: readonly unknown[][] };
}

describe('the dashboard', () => {
  const { widgets } = JSON.parse(dashboardBody('faces-1a2b3c4', PLATFORM)) as { widgets: Widget[] };

  it('shows this API and these nodes, in the region of the platform', () => {
    for (const { properties } of widgets) {
      expect(properties.region).toBe(PLATFORM.region);
      for (const metric of properties.metrics) {
        expect([
          ['AWS/ApiGateway', 'ApiName', 'faces-1a2b3c4', 'Stage', 'api'],
          [
            'AWS/NetworkELB',
            'LoadBalancer',
            PLATFORM.loadBalancerArnSuffix,
            'TargetGroup',
            PLATFORM.targetGroupArnSuffix,
          ],
        ]).toContainEqual([metric[0], ...metric.slice(2, -1)]);
      }
    }
  });

  it('has no graph on top of another', () => {
    const places = widgets.map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(widgets.length);
    expect(widgets.every(({ x, width }) => x + width <= 24)).toBe(true);
  });
});
