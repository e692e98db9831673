/** Where the name of a mark stands: in a row above the frame, 0 being the nearest, to the right or the left of its line. */
export interface LabelPlace {
  readonly row: number;
  readonly anchor: 'start' | 'end';
}

/** A vertical line in pixels, with its name. */
export interface LabelledLine {
  readonly x: number;
  readonly label: string;
}

/** From a line to the name beside it. */
export const LABEL_GAP_PX = 4;

/** Wider than letters are in the mean at 11 px in the fonts of figures, so that names have room between them. */
const LETTER_PX = 6.4;

interface Placed extends LabelPlace {
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

interface Layout {
  readonly places: readonly Placed[];
  /** Names that do not fit between the edges. */
  readonly outside: number;
  /** Lines that go through the name of another. */
  readonly crossings: number;
  readonly rows: number;
}

/**
 * Places names of vertical lines so that no name lies over another and, where that can be had, no line, which goes up to
 * its own name, through a name of a lower row.
 *
 * @param lines from left to right
 * @param widthPx names stay between 0 and this
 * @returns places in the order of the lines
 */
export function placeLabels(lines: readonly LabelledLine[], widthPx: number): LabelPlace[] {
  // Names of lines on the left go to the right, those of the others to the left; every border between the two is tried.
  const layouts = Array.from({ length: lines.length + 1 }, (_, k) => layOut(lines, lines.length - k, widthPx));
  const [best] = layouts.sort((a, b) => a.outside - b.outside || a.crossings - b.crossings || a.rows - b.rows);
  return (best?.places ?? []).map(({ row, anchor }) => ({ row, anchor }));
}

function layOut(lines: readonly LabelledLine[], border: number, widthPx: number): Layout {
  const right = lines.slice(0, border).map((line) => boxOf(line, 'start'));
  const left = lines.slice(border).map((line) => boxOf(line, 'end'));
  const placed: Placed[] = [];
  // The outer ones last, so highest: their lines pass beside the names that are placed already.
  const places = new Map([...right.toReversed(), ...left].map((box) => [box, lowestFree(box, placed)]));
  const all = [...right, ...left].map((box) => places.get(box) ?? box);
  return {
    places: all,
    outside: all.filter(({ from, to }) => from < 0 || to > widthPx).length,
    crossings: all.flatMap((a) => all.filter((b) => crosses(a, b))).length,
    rows: Math.max(0, ...all.map(({ row }) => row + 1)),
  };
}

function boxOf({ x, label }: LabelledLine, anchor: LabelPlace['anchor']): Placed {
  const length = LABEL_GAP_PX + LETTER_PX * label.length;
  return { row: 0, anchor, x, from: anchor === 'start' ? x : x - length, to: anchor === 'start' ? x + length : x };
}

/** The lowest row in which nothing is in the way, or one above all others. Remembers what it placed. */
function lowestFree(box: Placed, placed: Placed[]): Placed {
  const rows = Array.from({ length: placed.length + 1 }, (_, row) => ({ ...box, row }));
  const top = { ...box, row: Math.max(-1, ...placed.map(({ row }) => row)) + 1 };
  const free = rows.find((one) =>
    placed.every((other) => !overlaps(one, other) && !crosses(one, other) && !crosses(other, one)),
  );
  const place = free ?? top;
  placed.push(place);
  return place;
}

function overlaps(a: Placed, b: Placed): boolean {
  return a.row === b.row && a.from < b.to && b.from < a.to;
}

/** Whether the line of the one goes through the name of the other. */
function crosses(line: Placed, name: Placed): boolean {
  return line.row > name.row && line.x > name.from && line.x < name.to;
}
