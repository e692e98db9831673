import { positionOn, type Axis } from './scale.js';

/** The palette has four colours, told apart by people with any kind of colour vision, in light and in dark. */
export type Colour = 'blue' | 'orange' | 'green' | 'purple';

export interface Series {
  readonly name: string;
  readonly colour: Colour;
  /** `area` is a line with the room below it filled. */
  readonly kind: 'line' | 'area' | 'points';
  readonly dashed?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Vertical bars, e.g. 95 % intervals. */
  readonly ranges?: readonly (readonly [x: number, low: number, high: number])[];
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
}

/** One picture: a title, a legend that all charts share, and the charts in rows. */
export interface Figure {
  readonly title: string;
  readonly note: string;
  readonly columns: number;
  readonly chartWidthPx: number;
  readonly chartHeightPx: number;
  readonly charts: readonly Chart[];
}

/** A line with no more points than this shows them, so that what was measured can be told from what is in between. */
const MAX_DOTTED_POINTS = 8;

const MARGIN = { left: 58, right: 18, top: 30, bottom: 46 };
const HEADER_PX = 74;
const FOOTER_PX = 28;

const COLOURS: Readonly<Record<Colour, { readonly light: string; readonly dark: string }>> = {
  blue: { light: '#0969b2', dark: '#58b2f0' },
  orange: { light: '#c4500c', dark: '#f59a5b' },
  green: { light: '#0b7d5c', dark: '#3fd0a0' },
  purple: { light: '#8044a8', dark: '#cf9df2' },
};

/** An SVG document that brings its own background and follows the reader's light or dark setting. */
export function renderFigure(figure: Figure): string {
  const rows = Math.ceil(figure.charts.length / figure.columns);
  const width = figure.columns * figure.chartWidthPx;
  const height = HEADER_PX + rows * figure.chartHeightPx + FOOTER_PX;
  const charts = figure.charts.map((chart, i) => {
    const left = (i % figure.columns) * figure.chartWidthPx;
    const top = HEADER_PX + Math.floor(i / figure.columns) * figure.chartHeightPx;
    return `<g transform="translate(${left} ${top})">${renderChart(chart, figure)}</g>`;
  });
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
      `.grid{stroke:${grid}}.frame,.reference{stroke:${muted}}`,
      ...Object.entries(COLOURS).map(
        ([name, colour]) => `.${name}{stroke:${colour[kind]}}.fill-${name}{fill:${colour[kind]}}`,
      ),
    ].join('');
  return [
    'text{font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif}.title{font-size:17px;font-weight:600}',
    '.chart-title{font-size:13px;font-weight:600}.note,.tick{font-size:11px}',
    '.grid,.frame{stroke-width:1}.frame{fill:none}.reference{stroke-width:1.2;stroke-dasharray:2 3}',
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
      const dashed = series.dashed === true ? ' dashed' : '';
      const sample =
        series.kind === 'points'
          ? `<circle class="fill-${series.colour}" cx="${at + 12}" cy="50" r="4"/>`
          : `<path class="line ${series.colour}${dashed}" d="M${at} 50h24"/>`;
      return `${sample}<text x="${at + 30}" y="54">${escape(series.name)}</text>`;
    })
    .join('');
}

function renderChart(chart: Chart, figure: Figure): string {
  const width = figure.chartWidthPx - MARGIN.left - MARGIN.right;
  const height = figure.chartHeightPx - MARGIN.top - MARGIN.bottom;
  const x = (value: number): string => (MARGIN.left + positionOn(chart.x, value) * width).toFixed(1);
  const y = (value: number): string => (MARGIN.top + (1 - positionOn(chart.y, value)) * height).toFixed(1);
  const bottom = MARGIN.top + height;
  const right = MARGIN.left + width;
  const middle = MARGIN.left + width / 2;

  const grid = [
    ...chart.x.ticks.map(
      (tick) =>
        `<path class="grid" d="M${x(tick.at)} ${MARGIN.top}V${bottom}"/><text class="tick" x="${x(tick.at)}" y="${bottom + 16}" text-anchor="middle">${escape(tick.text)}</text>`,
    ),
    ...chart.y.ticks.map(
      (tick) =>
        `<path class="grid" d="M${MARGIN.left} ${y(tick.at)}H${right}"/><text class="tick" x="${MARGIN.left - 7}" y="${y(tick.at)}" dy="4" text-anchor="end">${escape(tick.text)}</text>`,
    ),
  ];
  const references = (chart.references ?? []).map(
    (reference) =>
      `<path class="reference" d="M${x(reference.x)} ${MARGIN.top}V${bottom}"/><text class="tick" x="${x(reference.x)}" y="${MARGIN.top + 14}" dx="5">${escape(reference.label)}</text>`,
  );
  const series = chart.series.map((one) => {
    const path = one.points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    const first = one.points[0]?.[0] ?? 0;
    const last = one.points.at(-1)?.[0] ?? 0;
    const line = `<path class="line ${one.colour}${one.dashed === true ? ' dashed' : ''}" d="${path}"/>`;
    const dots = one.points
      .map(([px, py]) => `<circle class="fill-${one.colour}" cx="${x(px)}" cy="${y(py)}" r="4"/>`)
      .join('');
    const marks = {
      line: one.points.length <= MAX_DOTTED_POINTS && one.dashed !== true ? line + dots : line,
      area: `<path class="area fill-${one.colour}" d="${path}L${x(last)} ${bottom}L${x(first)} ${bottom}Z"/>${line}`,
      points: dots,
    };
    const ranges = (one.ranges ?? []).map(
      ([at, low, high]) => `<path class="line ${one.colour}" d="M${x(at)} ${y(low)}V${y(high)}"/>`,
    );
    return one.points.length === 0 ? '' : marks[one.kind] + ranges.join('');
  });
  return [
    `<text class="chart-title" x="${MARGIN.left}" y="18">${escape(chart.title)}</text>`,
    ...grid,
    `<rect class="frame" x="${MARGIN.left}" y="${MARGIN.top}" width="${width}" height="${height}"/>`,
    ...series,
    ...references,
    `<text x="${middle}" y="${bottom + 36}" text-anchor="middle">${escape(chart.x.label)}</text>`,
    `<text transform="translate(15 ${MARGIN.top + height / 2}) rotate(-90)" text-anchor="middle">${escape(chart.y.label)}</text>`,
  ].join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
