import fc from 'fast-check';
import { area, iou, mapDetection, suppressOverlaps, type Box, type Detection, type FivePoints } from './geometry.js';

const origin = { x: 0, y: 0 };
const noPoints: FivePoints = [origin, origin, origin, origin, origin];

function face(x1: number, y1: number, x2: number, y2: number, score = 0.9): Detection {
  return { box: { x1, y1, x2, y2 }, score, landmarks: noPoints };
}

const coordinate = fc.integer({ min: -100, max: 100 });
const boxes: fc.Arbitrary<Box> = fc
  .tuple(coordinate, coordinate, fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 80 }))
  .map(([x1, y1, width, height]) => ({ x1, y1, x2: x1 + width, y2: y1 + height }));
const detections: fc.Arbitrary<Detection> = fc
  .tuple(boxes, fc.integer({ min: 1, max: 20 }))
  .map(([box, score]) => ({ box, score: score / 20, landmarks: noPoints }));

describe('area', () => {
  it('is width times height, and nothing for an inverted box', () => {
    expect(area({ x1: 1, y1: 2, x2: 4, y2: 12 })).toBe(30);
    expect(area({ x1: 4, y1: 2, x2: 1, y2: 12 })).toBe(0);
    expect(area({ x1: 4, y1: 12, x2: 1, y2: 2 })).toBe(0);
  });
});

describe('iou', () => {
  it('is the shared part of the union', () => {
    expect(iou({ x1: 0, y1: 0, x2: 10, y2: 10 }, { x1: 5, y1: 0, x2: 15, y2: 10 })).toBeCloseTo(50 / 150, 12);
  });

  it('is nothing for boxes that only touch', () => {
    expect(iou({ x1: 0, y1: 0, x2: 10, y2: 10 }, { x1: 10, y1: 0, x2: 20, y2: 10 })).toBe(0);
    expect(iou({ x1: 0, y1: 0, x2: 10, y2: 10 }, { x1: 0, y1: 10, x2: 10, y2: 20 })).toBe(0);
  });

  it('is within 0..1, symmetric, 1 only for equal boxes, and does not change when both boxes move', () => {
    fc.assert(
      fc.property(boxes, boxes, coordinate, (a, b, shift) => {
        const moved = (box: Box): Box => ({ ...box, x1: box.x1 + shift, x2: box.x2 + shift });
        const value = iou(a, b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(iou(b, a)).toBe(value);
        expect(iou(a, a)).toBe(1);
        expect(value === 1).toBe(JSON.stringify(a) === JSON.stringify(b));
        expect(iou(moved(a), moved(b))).toBeCloseTo(value, 12);
      }),
    );
  });
});

describe('suppressOverlaps', () => {
  it('keeps the best of several boxes on one face, and faces apart', () => {
    const best = face(1, 0, 11, 10, 0.9);
    const other = face(30, 0, 40, 10, 0.6);
    expect(suppressOverlaps([face(0, 0, 10, 10, 0.7), best, other, face(2, 0, 12, 10, 0.8)], 0.3)).toEqual([
      best,
      other,
    ]);
  });

  it('keeps a box that overlaps by exactly the limit', () => {
    const pair = [face(0, 0, 10, 10, 0.9), face(5, 0, 15, 10, 0.8)];
    expect(suppressOverlaps(pair, 1 / 3)).toHaveLength(2);
    expect(suppressOverlaps(pair, 0.333)).toHaveLength(1);
  });

  it('is not hindered by a box that was dropped itself', () => {
    // The second overlaps the first, the third only the second.
    const [first, second, third] = [face(0, 0, 10, 10, 0.9), face(5, 0, 15, 10, 0.8), face(10, 0, 20, 10, 0.7)];
    expect(suppressOverlaps([first, second, third], 0.3)).toEqual([first, third]);
  });

  it('keeps the order of equal scores and leaves its input alone', () => {
    const input = [face(0, 0, 1, 1, 0.5), face(5, 0, 6, 1, 0.5), face(9, 0, 10, 1, 0.8)];
    const copy = [...input];
    expect(suppressOverlaps(input, 0.3)).toEqual([input[2], input[0], input[1]]);
    expect(input).toEqual(copy);
  });

  it('keeps boxes that do not overlap each other, and drops only what overlaps a kept box of no lower score', () => {
    fc.assert(
      fc.property(fc.array(detections, { maxLength: 25 }), fc.integer({ min: 0, max: 10 }), (input, tenths) => {
        const maxIou = tenths / 10;
        const kept = suppressOverlaps(input, maxIou);
        for (const [i, a] of kept.entries()) {
          for (const b of kept.slice(i + 1)) expect(iou(a.box, b.box)).toBeLessThanOrEqual(maxIou);
        }
        for (const dropped of input.filter((candidate) => !kept.includes(candidate))) {
          expect(kept.some((k) => k.score >= dropped.score && iou(k.box, dropped.box) > maxIou)).toBe(true);
        }
        expect(suppressOverlaps(kept, maxIou)).toEqual(kept);
      }),
    );
  });
});

describe('mapDetection', () => {
  it('maps every point, and keeps left left and top top in the box when the mapping turns it', () => {
    const landmarks: FivePoints = [
      { x: 1, y: 2 },
      { x: 3, y: 4 },
      { x: 5, y: 6 },
      { x: 7, y: 8 },
      { x: 9, y: 10 },
    ];
    const mapped = mapDetection({ box: { x1: 1, y1: 2, x2: 10, y2: 20 }, score: 0.7, landmarks }, (x, y) => ({
      x: 100 - y,
      y: x,
    }));
    expect(mapped).toEqual({
      box: { x1: 80, y1: 1, x2: 98, y2: 10 },
      score: 0.7,
      landmarks: [
        { x: 98, y: 1 },
        { x: 96, y: 3 },
        { x: 94, y: 5 },
        { x: 92, y: 7 },
        { x: 90, y: 9 },
      ],
    });
  });
});
