import { findCondition, setCondition, type Condition } from './conditions.js';

const NOON = Date.UTC(2026, 0, 1, 12);
const ready = { type: 'Ready', status: 'True', reason: 'AllGood', message: '2 of 2', observedGeneration: 3 } as const;

describe('setCondition', () => {
  const conditions: Condition[] = [
    { ...ready, lastTransitionTime: '2026-01-01T00:00:00Z' },
    { type: 'Stalled', status: 'False', reason: 'No', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ];

  it('adds a condition last, with the time of now', () => {
    expect(setCondition(undefined, ready, NOON)).toEqual([{ ...ready, lastTransitionTime: '2026-01-01T12:00:00Z' }]);
    expect(setCondition(conditions, { ...ready, type: 'New' }, NOON).map(({ type }) => type)).toEqual([
      'Ready',
      'Stalled',
      'New',
    ]);
  });

  it('returns the list itself when nothing changes', () => {
    expect(setCondition(conditions, ready, NOON)).toBe(conditions);
  });

  it('moves the time only when the status flips', () => {
    const told = setCondition(
      conditions,
      { ...ready, message: '1 of 2', reason: 'Fewer', observedGeneration: 4 },
      NOON,
    );
    expect(findCondition(told, 'Ready')).toMatchObject({
      message: '1 of 2',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    const flipped = setCondition(told, { ...ready, status: 'False' }, NOON);
    expect(findCondition(flipped, 'Ready')).toMatchObject({ lastTransitionTime: '2026-01-01T12:00:00Z' });
  });

  it.each([{ reason: 'Other' }, { message: 'other' }, { observedGeneration: 4 }])('notices %o', (change) => {
    expect(setCondition(conditions, { ...ready, ...change }, NOON)).not.toBe(conditions);
  });

  it('keeps places and leaves the input alone', () => {
    const before = structuredClone(conditions);
    const after = setCondition(conditions, { ...ready, status: 'Unknown' }, NOON);
    expect(after.map(({ type }) => type)).toEqual(['Ready', 'Stalled']);
    expect(after[1]).toBe(conditions[1]);
    expect(conditions).toEqual(before);
  });

  it('drops a generation that is not told any more', () => {
    const { observedGeneration: _, ...rest } = ready;
    expect(setCondition(conditions, rest, NOON)[0]).not.toHaveProperty('observedGeneration');
  });
});
