import { joinBoxes, thumbnailOf } from './box-geometry.js';

describe('the line between two boxes', () => {
  const box = { left: 100, top: 100, width: 50, height: 60 };
  const beside = { left: 500, top: 300, width: 40, height: 40 };
  const gapAcross = { left: 290, top: 0, width: 70, height: 500 };

  it('runs from right edge to left edge when the photos stand side by side', () => {
    expect(joinBoxes(box, beside, gapAcross)).toEqual({
      from: { x: 150, y: 130 },
      to: { x: 500, y: 320 },
      label: { x: 325, y: 225 },
      path: 'M 150 130 C 325 130, 325 320, 500 320',
    });
  });

  it('runs from bottom to top when the photos are stacked', () => {
    const below = { left: 110, top: 500, width: 40, height: 40 };
    expect(joinBoxes(box, below, { left: 0, top: 300, width: 400, height: 50 })).toMatchObject({
      from: { x: 125, y: 160 },
      to: { x: 130, y: 500 },
    });
  });

  it('runs the other way round as well', () => {
    expect(joinBoxes(beside, box, gapAcross)).toMatchObject({
      from: { x: 500, y: 320 },
      to: { x: 150, y: 130 },
      label: { x: 325, y: 225 },
    });
  });

  it('has its label where it crosses the middle of the gap', () => {
    const { label } = joinBoxes(box, beside, { ...gapAcross, left: 165 });
    expect(label.x).toBe(200);
    expect(label.y).toBeGreaterThan(130);
    expect(label.y).toBeLessThan(170);
  });
});

describe('the thumbnail of a face', () => {
  it('is a square around it, with a margin', () => {
    expect(thumbnailOf({ left: 0.4, top: 0.4, width: 0.1, height: 0.2 }, 1000, 1000)).toEqual({
      left: 280,
      top: 330,
      width: 340,
      height: 340,
    });
  });

  it('stays inside the photo', () => {
    expect(thumbnailOf({ left: 0, top: 0.9, width: 0.1, height: 0.1 }, 1000, 1000)).toEqual({
      left: 0,
      top: 830,
      width: 170,
      height: 170,
    });
  });

  it('is not larger than the photo', () => {
    expect(thumbnailOf({ left: 0, top: 0, width: 1, height: 1 }, 400, 300)).toMatchObject({ width: 300, height: 300 });
  });
});
