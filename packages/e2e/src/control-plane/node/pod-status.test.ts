import Type from 'typebox';
import { Parse } from 'typebox/value';
import { podStatus, type PodState } from './pod-status.js';

const Schema = Type.Object({
  phase: Type.String(),
  podIP: Type.Optional(Type.String()),
  conditions: Type.Array(Type.Object({ type: Type.String(), status: Type.String() })),
  containerStatuses: Type.Optional(
    Type.Array(Type.Object({ restartCount: Type.Integer(), state: Type.Record(Type.String(), Type.Unknown()) })),
  ),
});

const read = (
  change: Partial<PodState>,
): { phase: string; conditions: string[]; states: string[]; restarts: number[] } => {
  const state: PodState = {
    ...{ stage: 'running', ready: true, container: 'server', image: 'x', address: '127.1.2.3' },
    ...{ restarts: 0, startedAt: 0, since: 0 },
    ...change,
  };
  const { phase, conditions, containerStatuses = [] } = Parse(Schema, podStatus(state));
  return {
    phase,
    conditions: conditions.map(({ type, status }) => `${type} ${status}`),
    states: containerStatuses.flatMap((container) => Object.keys(container.state)),
    restarts: containerStatuses.map(({ restartCount }) => restartCount),
  };
};

describe('the status of a simulated pod', () => {
  it('is ready only when it says so', () => {
    expect(read({}).conditions).toContain('Ready True');
    expect(read({ ready: false }).conditions).toContain('Ready False');
    expect(read({}).phase).toBe('Running');
  });

  it('says that no node takes it', () => {
    const { phase, conditions, states } = read({ stage: 'unschedulable', ready: false });
    expect(phase).toBe('Pending');
    expect(conditions).toEqual(['PodScheduled False']);
    expect(states).toEqual([]);
  });

  it('counts restarts of its container', () => {
    expect(read({ stage: 'crashed', ready: false, restarts: 2 })).toMatchObject({ restarts: [2], states: ['waiting'] });
  });
});
