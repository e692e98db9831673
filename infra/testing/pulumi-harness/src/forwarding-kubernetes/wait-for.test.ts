import { describeConditions, parseWaitFor } from './wait-for.js';

const object = (status: string, observedGeneration?: number): Record<string, unknown> => ({
  metadata: { generation: 2 },
  status: {
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    conditions: [{ type: 'Ready', status, message: 'no node' }],
  },
});
const holds = (annotation: string, candidate: Record<string, unknown>): boolean =>
  parseWaitFor(annotation).every((expectation) => expectation.holds(candidate));

describe('pulumi.com/waitFor', () => {
  it('waits for a condition to be true', () => {
    expect(holds('condition=Ready', object('True'))).toBe(true);
    expect(holds('condition=Ready', object('False'))).toBe(false);
    expect(holds('condition=Ready', {})).toBe(false);
  });

  it('waits for another status of it', () => {
    expect(holds('condition=Ready=False', object('False'))).toBe(true);
  });

  it('does not believe a status of an older spec', () => {
    expect(holds('condition=Ready', object('True', 1))).toBe(false);
    expect(holds('condition=Ready', object('True', 2))).toBe(true);
  });

  it('may ask for several', () => {
    expect(holds('["condition=Ready", "condition=Degraded=False"]', object('True'))).toBe(false);
  });

  it('refuses what it does not know', () => {
    expect(() => parseWaitFor('jsonpath={.status}')).toThrow('expected condition=TYPE');
  });

  it('says where an object stands', () => {
    expect(describeConditions(object('False'))).toBe('Ready=False (no node)');
  });
});
