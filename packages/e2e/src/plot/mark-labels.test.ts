import { placeLabels, type LabelledLine } from './mark-labels.js';

describe('names of vertical lines', () => {
  it('stand in the nearest row, to the right of their lines, when there is room', () => {
    const marks = [
      { x: 10, label: 'one' },
      { x: 200, label: 'two' },
    ];
    expect(placeLabels(marks, 400)).toEqual([
      { row: 0, anchor: 'start' },
      { row: 0, anchor: 'start' },
    ]);
  });

  it('move to the left of the line at the right edge', () => {
    expect(placeLabels([{ x: 390, label: 'at the end' }], 400)).toEqual([{ row: 0, anchor: 'end' }]);
  });

  it('move up where they would lie over another, the earlier one higher, so that its line passes no name', () => {
    const marks = [
      { x: 10, label: 'a long name' },
      { x: 20, label: 'another name' },
      { x: 30, label: 'a third name' },
    ];
    expect(placeLabels(marks, 400).map(({ row }) => row)).toEqual([2, 1, 0]);
  });

  const many = Array.from({ length: 20 }, (_, i) => ({ x: 16 * i, label: `mark number ${i}` }));

  it('leave way for the lines of those above them', () => {
    const marks = many.filter(({ x }) => x < 150 || x > 280);
    const boxes = boxesOf(marks, 400);
    for (const a of boxes) {
      for (const b of boxes) if (a.row > b.row) expect(a.x > b.from && a.x < b.to).toBe(false);
    }
    expect(overlapping(boxes)).toEqual([]);
  });

  it('never lie over one another, however close the lines are', () => {
    expect(overlapping(boxesOf(many, 400))).toEqual([]);
  });
});

interface Box {
  readonly row: number;
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

function boxesOf(marks: readonly LabelledLine[], widthPx: number): Box[] {
  return placeLabels(marks, widthPx).map(({ row, anchor }, i) => {
    const { x = NaN, label = '' } = marks[i] ?? {};
    const length = 6 * label.length;
    return { row, x, from: anchor === 'start' ? x : x - length, to: anchor === 'start' ? x + length : x };
  });
}

function overlapping(boxes: readonly Box[]): (readonly [Box, Box])[] {
  return boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b) => (a.row === b.row && a.from < b.to && b.from < a.to ? [[a, b] as const] : [])),
  );
}
