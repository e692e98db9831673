/** Light enough, or dark enough, that text on it can be read. */
export type FlameColour = 'blue' | 'orange' | 'green' | 'purple' | 'grey';

/** Something that took a while, and what it consists of. */
export interface FlameNode {
  readonly name: string;
  /** What is shown of it when it is pointed at; its name unless given. */
  readonly title?: string;
  readonly colour: FlameColour;
  readonly value: number;
  /** Together no longer than the node. */
  readonly children: readonly FlameNode[];
}

/** Flames one below the other, each drawn over the whole width. */
export interface FlameFigure {
  readonly title: string;
  readonly note: string;
  /** e.g. `ms`. */
  readonly unit: string;
  readonly widthPx: number;
  readonly legend: readonly { readonly name: string; readonly colour: FlameColour }[];
  readonly panels: readonly { readonly title: string; readonly root: FlameNode }[];
}

/** A box of a flame: from and to are shares of the width. */
export interface FlameBox {
  readonly node: FlameNode;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Where each node of a flame lies: children below their parent, in their order, from its left end.
 *
 * @param minShare boxes narrower than this share of the width are left out, with all below
 */
export function layOutFlame(root: FlameNode, minShare = 0): FlameBox[] {
  const place = (node: FlameNode, depth: number, from: number): FlameBox[] => {
    const width = node.value / root.value;
    if (!(width > 0) || width < minShare) return [];
    const boxes: FlameBox[] = [{ node, depth, from, to: from + width }];
    let at = from;
    for (const child of node.children) {
      boxes.push(...place(child, depth + 1, at));
      at += child.value / root.value;
    }
    return boxes;
  };
  return place(root, 0, 0);
}

const ROW_PX = 19;
const MARGIN_PX = 16;
const HEADER_PX = 70;
const PANEL_TITLE_PX = 30;
const PANEL_GAP_PX = 14;
const FOOTER_PX = 30;
/** Narrower boxes can be neither read nor pointed at. */
const MIN_WIDTH_PX = 2;
/** The mean width of a letter of 11 px in the fonts named below. */
const LETTER_PX = 6.1;

const COLOURS: Readonly<Record<FlameColour, { readonly light: string; readonly dark: string }>> = {
  blue: { light: '#b5d6f4', dark: '#1f4e79' },
  orange: { light: '#fbd3b0', dark: '#7a4113' },
  green: { light: '#b4e5d2', dark: '#14573f' },
  purple: { light: '#e0c9f2', dark: '#573273' },
  grey: { light: '#e1e5ea', dark: '#3a424c' },
};

/** An SVG document without scripts: a box tells its name and length when it is pointed at. */
export function renderFlame({ title, note, unit, widthPx, legend, panels }: FlameFigure): string {
  const inner = widthPx - 2 * MARGIN_PX;
  let top = HEADER_PX;
  const drawn = panels.map((panel) => {
    const boxes = layOutFlame(panel.root, MIN_WIDTH_PX / inner);
    const rows = Math.max(0, ...boxes.map(({ depth }) => depth + 1));
    const heading = `<text class="panel" x="${MARGIN_PX}" y="${top + 16}">${escape(panel.title)}</text>`;
    const body = boxes.map((box) => renderBox(box, panel.root, top + PANEL_TITLE_PX, inner, unit));
    top += PANEL_TITLE_PX + rows * ROW_PX + PANEL_GAP_PX;
    return [heading, ...body].join('\n');
  });
  const height = top + FOOTER_PX;
  let x = MARGIN_PX;
  const key = legend.map(({ name, colour }) => {
    const at = x;
    x += 40 + 6.6 * name.length;
    return `<rect class="${colour}" x="${at}" y="43" width="14" height="14"/><text class="label" x="${at + 20}" y="54">${escape(name)}</text>`;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${height}" width="${widthPx}" height="${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${stylesheet()}</style>`,
    `<rect class="background" width="${widthPx}" height="${height}"/>`,
    `<text class="title" x="${MARGIN_PX}" y="28">${escape(title)}</text>`,
    ...key,
    ...drawn,
    `<text class="note" x="${MARGIN_PX}" y="${height - 12}">${escape(note)}</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

function renderBox(
  { node, depth, from, to }: FlameBox,
  root: FlameNode,
  top: number,
  inner: number,
  unit: string,
): string {
  const x = MARGIN_PX + from * inner;
  const width = (to - from) * inner;
  const y = top + depth * ROW_PX;
  const length = `${formatLength(node.value)} ${unit}`;
  const share = ((100 * node.value) / root.value).toFixed(1);
  const label = labelFor(node.name, length, Math.floor((width - 6) / LETTER_PX));
  return [
    `<g><title>${escape(`${node.title ?? node.name}: ${length}, ${share} %`)}</title>`,
    `<rect class="box ${node.colour}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW_PX - 1}"/>`,
    label === '' ? '' : `<text class="label" x="${(x + 4).toFixed(1)}" y="${y + 13}">${escape(label)}</text>`,
    '</g>',
  ].join('');
}

/** Three digits are as many as anything here is good for. */
function formatLength(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** What of a name and a length fits into a box; nothing where no more than two letters would be left. */
function labelFor(name: string, length: string, letters: number): string {
  const whole = `${name}, ${length}`;
  if (whole.length <= letters) return whole;
  if (name.length <= letters) return name;
  return letters < 4 ? '' : `${name.slice(0, letters - 1)}\u2026`;
}

function stylesheet(): string {
  const theme = (kind: 'light' | 'dark', ground: string, text: string, muted: string): string =>
    [
      `.background{fill:${ground}}text{fill:${text}}.note{fill:${muted}}.box{stroke:${ground}}`,
      ...Object.entries(COLOURS).map(([name, colour]) => `.${name}{fill:${colour[kind]}}`),
    ].join('');
  return [
    'text{font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif}.title{font-size:17px;font-weight:600}',
    '.panel{font-size:13px;font-weight:600}.note,.label{font-size:11px}.box{stroke-width:.6}',
    theme('light', '#ffffff', '#1f2328', '#59636e'),
    `@media (prefers-color-scheme:dark){${theme('dark', '#0d1117', '#e6edf3', '#9198a1')}}`,
  ].join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
