import { LABEL_GAP_PX, placeLabels } from './mark-labels.js';
import { positionOn, type Axis } from './scale.js';

/**
 * Four colours that people with any kind of colour vision tell apart, in light and in dark, and red for what went wrong,
 * in charts of its own.
 */
export type Colour = 'blue' | 'orange' | 'green' | 'purple' | 'red';

export type Series = LineSeries | BarSeries;

export interface LineSeries {
  readonly name: string;
  readonly colour: Colour;
  /** `area` is a line with the room below it filled. */
  readonly kind: 'line' | 'area' | 'points';
  readonly dashed?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Vertical bars, e.g. 95 % intervals. */
  readonly ranges?: readonly (readonly [x: number, low: number, high: number])[];
}

/** Filled boxes side by side, which may lie on those of another series. */
export interface BarSeries {
  readonly name: string;
  readonly colour: Colour;
  readonly kind: 'bars';
  readonly bars: readonly (readonly [fromX: number, toX: number, low: number, high: number])[];
}

/** A vertical line with a name, e.g. a threshold. */
export interface Reference {
  readonly x: number;
  readonly label: string;
}

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly references?: readonly Reference[];
  /** Lines whose names stand above the frame, in rows, so that many of them can be read. */
  readonly marks?: readonly Reference[];
  /** Without the rows of marks; that of the figure's charts unless given. */
  readonly heightPx?: number;
}

/** One picture: a title, a legend that all charts share, and the charts in rows. */
export interface Figure {
  readonly title: string;
  readonly note: string;
  readonly columns: number;
  readonly chartWidthPx: number;
  readonly chartHeightPx: number;
  /** Room for the labels of the vertical axes. Default 58. */
  readonly leftPx?: number;
  readonly charts: readonly Chart[];
}

/** A line with no more points than this shows them, so that what was measured can be told from what is in between. */
const MAX_DOTTED_POINTS = 8;

const MARGIN = { right: 18, top: 30, bottom: 46 };
const DEFAULT_LEFT_PX = 58;
const HEADER_PX = 74;
const FOOTER_PX = 28;
const MARK_ROW_PX = 15;

const COLOURS: Readonly<Record<Colour, { readonly light: string; readonly dark: string }>> = {
  blue: { light: '#0969b2', dark: '#58b2f0' },
  orange: { light: '#c4500c', dark: '#f59a5b' },
  green: { light: '#0b7d5c', dark: '#3fd0a0' },
  purple: { light: '#8044a8', dark: '#cf9df2' },
  red: { light: '#c8102e', dark: '#ff6b6b' },
};

/** An SVG document that brings its own background and follows the reader's light or dark setting. */
export function renderFigure(figure: Figure): string {
  const width = figure.columns * figure.chartWidthPx;
  const charts: string[] = [];
  let top = HEADER_PX;
  for (let first = 0; first < figure.charts.length; first += figure.columns) {
    const row = figure.charts.slice(first, first + figure.columns);
    for (const [column, chart] of row.entries()) {
      const left = column * figure.chartWidthPx;
      charts.push(`<g transform="translate(${left} ${top})">${renderChart(chart, figure)}</g>`);
    }
    top += Math.max(...row.map((chart) => heightOf(chart, figure)));
  }
  const height = top + FOOTER_PX;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(figure.title)}">`,
    `<style>${stylesheet()}</style>`,
    `<rect class="background" width="${width}" height="${height}"/>`,
    `<text class="title" x="16" y="28">${escape(figure.title)}</text>`,
    renderLegend(figure),
    ...charts,
    `<text class="note" x="16" y="${height - 12}">${escape(figure.note)}</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

function stylesheet(): string {
  const theme = (kind: 'light' | 'dark', ground: string, text: string, muted: string, grid: string): string =>
    [
      `.background{fill:${ground}}text{fill:${text}}.note,.tick{fill:${muted}}`,
      `.grid{stroke:${grid}}.frame,.reference{stroke:${muted}}.mark{stroke:${text}}.mark-label{stroke:${ground}}`,
      ...Object.entries(COLOURS).map(
        ([name, colour]) => `.${name}{stroke:${colour[kind]}}.fill-${name}{fill:${colour[kind]}}`,
      ),
    ].join('');
  return [
    'text{font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif}.title{font-size:17px;font-weight:600}',
    '.chart-title{font-size:13px;font-weight:600}.note,.tick{font-size:11px}',
    '.grid,.frame{stroke-width:1}.frame{fill:none}.reference{stroke-width:1.2;stroke-dasharray:2 3}',
    '.mark{stroke-width:1}.mark-label{font-size:11px;paint-order:stroke;stroke-width:3px}.bars{fill-opacity:.8;stroke:none;shape-rendering:crispEdges}',
    '.line{fill:none;stroke-width:2;stroke-linejoin:round}.dashed{stroke-dasharray:6 4}.area{fill-opacity:.18;stroke:none}',
    theme('light', '#ffffff', '#1f2328', '#59636e', '#e1e5ea'),
    `@media (prefers-color-scheme:dark){${theme('dark', '#0d1117', '#e6edf3', '#9198a1', '#272e37')}}`,
  ].join('');
}

function renderLegend(figure: Figure): string {
  const byName = new Map(figure.charts.flatMap((chart) => chart.series).map((series) => [series.name, series]));
  let x = 16;
  return [...byName.values()]
    .map((series) => {
      const at = x;
      // 6.6 px is the mean width of a letter at 12 px in the fonts named above.
      x += 48 + 6.6 * series.name.length;
      const dashed = series.kind !== 'bars' && series.dashed === true ? ' dashed' : '';
      const sample = {
        points: `<circle class="fill-${series.colour}" cx="${at + 12}" cy="50" r="4"/>`,
        bars: `<path class="bars fill-${series.colour}" d="M${at + 6} 43h14v14h-14Z"/>`,
        line: `<path class="line ${series.colour}${dashed}" d="M${at} 50h24"/>`,
        area: `<path class="line ${series.colour}${dashed}" d="M${at} 50h24"/>`,
      };
      return `${sample[series.kind]}<text x="${at + 30}" y="54">${escape(series.name)}</text>`;
    })
    .join('');
}

/** Where the names of a chart's marks stand, and how many rows they fill. */
function layOutMarks(chart: Chart, figure: Figure) {
  const left = figure.leftPx ?? DEFAULT_LEFT_PX;
  const inner = figure.chartWidthPx - left - MARGIN.right;
  const inOrder = (chart.marks ?? []).toSorted((a, b) => a.x - b.x);
  const marks = inOrder.map(({ x, label }) => ({ x: left + positionOn(chart.x, x) * inner, label }));
  const places = placeLabels(marks, figure.chartWidthPx);
  return {
    rows: places.length === 0 ? 0 : 1 + Math.max(...places.map(({ row }) => row)),
    labels: marks.flatMap(({ x, label }, i) => {
      const place = places[i];
      return place === undefined ? [] : [{ x, label, ...place }];
    }),
  };
}

function heightOf(chart: Chart, figure: Figure): number {
  return (chart.heightPx ?? figure.chartHeightPx) + layOutMarks(chart, figure).rows * MARK_ROW_PX;
}

function renderChart(chart: Chart, figure: Figure): string {
  const left = figure.leftPx ?? DEFAULT_LEFT_PX;
  const width = figure.chartWidthPx - left - MARGIN.right;
  const { rows, labels } = layOutMarks(chart, figure);
  const top = MARGIN.top + rows * MARK_ROW_PX;
  const height = heightOf(chart, figure) - top - MARGIN.bottom;
  const x = (value: number): string => (left + positionOn(chart.x, value) * width).toFixed(1);
  const y = (value: number): string => (top + (1 - positionOn(chart.y, value)) * height).toFixed(1);
  const bottom = top + height;
  const right = left + width;
  const middle = left + width / 2;

  const grid = [
    ...chart.x.ticks.map(
      (tick) =>
        `<path class="grid" d="M${x(tick.at)} ${top}V${bottom}"/><text class="tick" x="${x(tick.at)}" y="${bottom + 16}" text-anchor="middle">${escape(tick.text)}</text>`,
    ),
    ...chart.y.ticks.map(
      (tick) =>
        `<path class="grid" d="M${left} ${y(tick.at)}H${right}"/><text class="tick" x="${left - 7}" y="${y(tick.at)}" dy="4" text-anchor="end">${escape(tick.text)}</text>`,
    ),
  ];
  const references = (chart.references ?? []).map(
    (reference) =>
      `<path class="reference" d="M${x(reference.x)} ${top}V${bottom}"/><text class="tick" x="${x(reference.x)}" y="${top + 14}" dx="5">${escape(reference.label)}</text>`,
  );
  const marks = labels.map(({ x: at, label, row, anchor }) => {
    const y = top - 4 - row * MARK_ROW_PX;
    const dx = anchor === 'start' ? LABEL_GAP_PX : -LABEL_GAP_PX;
    return `<path class="mark" d="M${at.toFixed(1)} ${y - 9}V${bottom}"/><text class="mark-label" x="${(at + dx).toFixed(1)}" y="${y}" text-anchor="${anchor}">${escape(label)}</text>`;
  });
  const series = chart.series.map((one) => {
    if (one.kind === 'bars') {
      const boxes = one.bars.map(([from, to, low, high]) => `M${x(from)} ${y(low)}V${y(high)}H${x(to)}V${y(low)}Z`);
      return boxes.length === 0 ? '' : `<path class="bars fill-${one.colour}" d="${boxes.join('')}"/>`;
    }
    const path = one.points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    const first = one.points[0]?.[0] ?? 0;
    const last = one.points.at(-1)?.[0] ?? 0;
    const line = `<path class="line ${one.colour}${one.dashed === true ? ' dashed' : ''}" d="${path}"/>`;
    const dots = one.points
      .map(([px, py]) => `<circle class="fill-${one.colour}" cx="${x(px)}" cy="${y(py)}" r="4"/>`)
      .join('');
    const drawn = {
      line: one.points.length <= MAX_DOTTED_POINTS && one.dashed !== true ? line + dots : line,
      area: `<path class="area fill-${one.colour}" d="${path}L${x(last)} ${bottom}L${x(first)} ${bottom}Z"/>${line}`,
      points: dots,
    };
    const ranges = (one.ranges ?? []).map(
      ([at, low, high]) => `<path class="line ${one.colour}" d="M${x(at)} ${y(low)}V${y(high)}"/>`,
    );
    return one.points.length === 0 ? '' : drawn[one.kind] + ranges.join('');
  });
  return [
    `<text class="chart-title" x="${left}" y="18">${escape(chart.title)}</text>`,
    ...grid,
    `<rect class="frame" x="${left}" y="${top}" width="${width}" height="${height}"/>`,
    ...series,
    ...references,
    ...marks,
    `<text x="${middle}" y="${bottom + 36}" text-anchor="middle">${escape(chart.x.label)}</text>`,
    `<text transform="translate(15 ${top + height / 2}) rotate(-90)" text-anchor="middle">${escape(chart.y.label)}</text>`,
  ].join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
