import { drawGantt } from './gantt.js';
import { parseEngineResults, type Timeline } from './engine-results.js';

const timeline: Timeline = {
  program: 'service',
  command: 'up',
  seconds: 310,
  spans: [
    { name: 'Namespace faces', startSeconds: 0, endSeconds: 1, isCritical: true },
    { name: 'VpcLink main', startSeconds: 0, endSeconds: 150, isCritical: false },
    { name: 'Release operator', startSeconds: 1, endSeconds: 310, isCritical: true },
    { name: 'LogGroup access', startSeconds: 0, endSeconds: 1, isCritical: false },
  ],
};

describe('the Gantt chart', () => {
  it('has a row for what is critical or takes time, and counts the rest', () => {
    const svg = drawGantt(timeline);
    expect(svg).toContain('Namespace faces');
    expect(svg).toContain('VpcLink main');
    expect(svg).not.toContain('LogGroup access');
    expect(svg).toContain('1 resources of less than 5 s');
  });

  it('shows the promise where there is one', () => {
    expect(drawGantt(timeline, 600)).toContain('promised: 10 min');
    expect(drawGantt(timeline)).not.toContain('promised');
  });
});

describe('results of the engine', () => {
  it('are refused with the place that is wrong', () => {
    expect(() => parseEngineResults('{"timelines": [{"program": "both"}], "scenarios": []}')).toThrow(/timelines/);
    expect(parseEngineResults(JSON.stringify({ timelines: [timeline], scenarios: [] })).timelines).toEqual([timeline]);
  });
});
