import { XMLParser } from 'fast-xml-parser';
import { renderFigure, type Figure } from './figure.js';
import { decadeAxis, linearAxis, positionOn } from './scale.js';

describe('axes', () => {
  it('put linear ticks on round numbers around the data', () => {
    const axis = linearAxis('y', 0.87, 0.998);
    expect(axis.ticks.map((tick) => tick.text)).toEqual(['0.86', '0.88', '0.9', '0.92', '0.94', '0.96', '0.98', '1']);
    expect([axis.min, axis.max]).toEqual([0.86, 1]);
  });

  it('have a width even when all values are the same', () => {
    const axis = linearAxis('y', 5, 5);
    expect(axis.max).toBeGreaterThan(axis.min);
  });

  it('space powers of ten evenly', () => {
    const axis = decadeAxis('x', -4, 0);
    expect(axis.ticks.map((tick) => tick.text)).toEqual(['1e-4', '1e-3', '1e-2', '1e-1', '1']);
    expect(positionOn(axis, 1e-3)).toBeCloseTo(0.25, 12);
    expect(positionOn(axis, 0)).toBe(0);
  });
});

describe('renderFigure', () => {
  const figure: Figure = {
    title: 'a < b & "c"',
    note: 'note',
    columns: 2,
    chartWidthPx: 400,
    chartHeightPx: 300,
    charts: [1, 2, 3].map((number) => ({
      title: `chart ${number}`,
      x: decadeAxis('x', 0, 2),
      y: linearAxis('y', 0, 10),
      references: [{ x: 10, label: 'here' }],
      series: [
        { name: 'line', colour: 'blue', kind: 'line', points: [[1, 0], [100, 10]], ranges: [[10, 2, 4]] }, // prettier-ignore
        { name: 'area', colour: 'orange', kind: 'area', points: [[1, 5], [100, 5]] }, // prettier-ignore
        { name: 'dots', colour: 'green', kind: 'points', points: [[10, 5]] }, // prettier-ignore
        { name: 'nothing', colour: 'purple', kind: 'line', points: [] },
      ],
    })),
  };
  const svg = renderFigure(figure);

  it('is XML with a title that is read as written', () => {
    const document: unknown = new XMLParser({ ignoreAttributes: false }).parse(svg);
    expect(document).toMatchObject({ svg: { '@_aria-label': 'a < b & "c"', '@_width': '800' } });
  });

  it('draws from the left bottom to the right top of the frame', () => {
    expect(svg).toContain('class="line blue" d="M58.0 254.0L382.0 30.0"');
  });

  it('lays charts out in rows and names each series once', () => {
    expect(svg).toContain('translate(0 374)');
    expect(svg.match(/>dots</g)).toHaveLength(1);
  });

  it('holds no value that is not a number', () => {
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('follows the light or dark setting of the reader', () => {
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
  });
});
