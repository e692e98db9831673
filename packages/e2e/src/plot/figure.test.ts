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

  it('draws boxes on one another, and names lines above the frame', () => {
    const bars = renderFigure({
      ...figure,
      columns: 1,
      charts: [
        {
          title: 'bars',
          x: linearAxis('x', 0, 10),
          y: linearAxis('y', 0, 1),
          heightPx: 200,
          marks: [{ x: 5, label: 'in the middle' }],
          series: [
            { name: 'below', colour: 'blue', kind: 'bars', bars: [[0, 5, 0, 0.5]] },
            { name: 'above', colour: 'red', kind: 'bars', bars: [[0, 5, 0.5, 1]] },
          ],
        },
      ],
    });
    // The row of the name comes to the height.
    expect(bars).toContain('height="317"');
    expect(bars).toContain('class="bars fill-blue" d="M58.0 169.0V107.0H220.0V169.0Z"');
    expect(bars).toContain('class="bars fill-red" d="M58.0 107.0V45.0H220.0V107.0Z"');
    expect(bars).toContain('class="mark" d="M220.0 32V169"');
    expect(bars).toContain('x="224.0" y="41" text-anchor="start">in the middle');
  });

  it('holds no value that is not a number', () => {
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('follows the light or dark setting of the reader', () => {
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
  });
});
