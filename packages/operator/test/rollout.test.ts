import type { FaceComparisonSpec } from '../src/api/v1alpha1/index.js';
import { Simulation, type SimulatedModel } from './kit/simulation.js';

const MODELS = {
  first: { version: '1.0.0', space: 'aaaaaaaaaaaaaaaa' },
  alike: { version: '1.1.0', space: 'bbbbbbbbbbbbbbbb', comparableWith: ['aaaaaaaaaaaaaaaa'], parity: 0.999 },
  foreign: { version: '2.0.0', space: 'cccccccccccccccc' },
  other: { version: '3.0.0', space: 'dddddddddddddddd' },
  distant: { version: '1.2.0', space: 'eeeeeeeeeeeeeeee', comparableWith: ['aaaaaaaaaaaaaaaa'], parity: 0.97 },
  broken: { version: '1.3.0', space: 'ffffffffffffffff', fails: 'file_digest_mismatch' },
  away: { version: '1.4.0', space: '0000000000000000', fails: 'source_unreachable' },
  faulty: { version: '1.5.0', space: '1111111111111111', comparableWith: ['aaaaaaaaaaaaaaaa'], errorRate: 0.05 },
  slow: { version: '1.6.0', space: '2222222222222222', comparableWith: ['aaaaaaaaaaaaaaaa'], latencyMs: 100 },
  'foreign-faulty': { version: '2.1.0', space: '3333333333333333', errorRate: 0.2 },
} satisfies Record<string, SimulatedModel>;

const SPEC: FaceComparisonSpec = {
  model: 'first',
  replicas: 3,
  rollout: {
    steps: [
      { weight: 10, hold: '2s' },
      { weight: 50, hold: '2s' },
    ],
    checks: { minRequests: 20, afterSwitch: '3s' },
    retain: '20s',
    deadline: '10s',
    switchLead: '3s',
  },
};

/** A simulation in which `first` serves. */
function serving(rollout: Partial<FaceComparisonSpec['rollout']> = {}, seed = 1): Simulation {
  const spec = structuredClone(SPEC);
  const simulation = new Simulation(MODELS, { ...spec, rollout: { ...spec.rollout, ...rollout } }, { seed });
  simulation.runUntil('serving', () => simulation.status.phase === 'Serving');
  return simulation;
}

const phase = (name: string) => (simulation: Simulation) => simulation.status.phase === name;
const serves = (simulation: Simulation, version: string): boolean => simulation.status.serving?.version === version;
const isSteady = ({ status }: Simulation): boolean => status.phase === 'Serving' && status.rollout === undefined;
const condition = ({ status }: Simulation, type: string) => status.conditions?.find((entry) => entry.type === type);

afterEach(() => {
  expect(violations).toEqual([]);
});
let violations: readonly string[] = [];
const watched = (simulation: Simulation): Simulation => {
  violations = simulation.violations;
  return simulation;
};

describe('a first model', () => {
  it('serves as soon as a pod has it ready', () => {
    const simulation = watched(serving());
    expect(simulation.status).toMatchObject({ model: 'first', version: '1.0.0', embeddingSpace: 'aaaaaaaaaaaaaaaa' });
    expect(condition(simulation, 'Ready')?.status).toBe('True');
    expect(condition(simulation, 'RolloutSucceeded')?.status).toBe('True');
    expect(simulation.events).toEqual(['ServingStarted']);
  });

  it('that cannot be loaded gives way to another at once', () => {
    const simulation = watched(new Simulation(MODELS, { ...structuredClone(SPEC), model: 'broken' }));
    simulation.run(5_000);
    expect(simulation.status.phase).toBe('Pending');
    expect(simulation.status.message).toMatch(/cannot load 1\.3\.0: it fails: file_digest_mismatch/);
    simulation.patch({ model: 'first' });
    simulation.runUntil('serving', () => isSteady(simulation), 5_000);
    expect(simulation.plan).toMatchObject({ default: '1.0.0', models: [{ version: '1.0.0' }] });
  });

  it('that nobody has described is asked for', () => {
    const simulation = watched(new Simulation(MODELS, { ...structuredClone(SPEC), model: 'nobody' }));
    simulation.run(1_000);
    expect(simulation.plan).toBeUndefined();
    expect(simulation.status.message).toMatch(/there is no FaceModel nobody/);
    expect(condition(simulation, 'RolloutSucceeded')).toMatchObject({ status: 'False', reason: 'ModelMissing' });
  });
});

describe('at rest', () => {
  it('nothing is written', () => {
    const simulation = watched(serving());
    simulation.run(2_000);
    const { writes } = simulation;
    simulation.run(60_000);
    expect(simulation.writes).toBe(writes);
  });
});

describe('a comparable model', () => {
  it('is tried by a growing share of the clients, promoted, watched, and the old one unloaded in the end', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'alike' });
    simulation.runUntil('canary', () => simulation.status.weight === 10);
    expect(simulation.plan?.canary).toEqual({ version: '1.1.0', weight: 10 });
    simulation.runUntil('second step', () => simulation.status.weight === 50);
    simulation.runUntil('promotion', () => serves(simulation, '1.1.0'));
    expect(simulation.status.phase).toBe('Observing');
    simulation.runUntil('success', () => isSteady(simulation));
    expect(simulation.status.retained?.version).toBe('1.0.0');
    expect(simulation.plan?.models.map(({ version }) => version)).toEqual(['1.0.0', '1.1.0']);
    simulation.runUntil('unloading', () => simulation.status.retained === undefined, 30_000);
    expect(simulation.plan).toMatchObject({ default: '1.1.0', models: [{ version: '1.1.0' }] });
    expect(simulation.events).toEqual([
      'ServingStarted',
      'RolloutStarted',
      'CanaryStep',
      'CanaryStep',
      'Promoted',
      'RolloutSucceeded',
      'VersionUnloaded',
    ]);
  });

  it('never has an instant set: its vectors may stand beside the old ones', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'alike' });
    simulation.runUntil('success', () => serves(simulation, '1.1.0') && isSteady(simulation));
    expect(simulation.events).not.toContain('SwitchScheduled');
  });
});

describe('a model of another space', () => {
  it('is never split; all pods change over at one instant', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('switch', () => simulation.plan?.switch !== undefined);
    expect(simulation.plan?.canary).toBeUndefined();
    const at = Date.parse(simulation.plan?.switch?.at ?? '');
    simulation.run(at - simulation.now - 50);
    expect(new Set(simulation.pods.map((pod) => simulation.answers(pod)))).toEqual(new Set(['1.0.0']));
    simulation.run(50);
    expect(new Set(simulation.pods.map((pod) => simulation.answers(pod)))).toEqual(new Set(['2.0.0']));
    simulation.runUntil('success', () => isSteady(simulation));
    expect(simulation.status.retained?.version).toBe('1.0.0');
  });

  it('waits for a pod that has not heard of the instant, and sets another one later', () => {
    const simulation = watched(serving({ deadline: '60s' }));
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('loading', () => simulation.status.rollout?.phase === 'Switching');
    simulation.setStuck(1, true);
    simulation.run(20_000);
    expect(serves(simulation, '1.0.0')).toBe(true);
    simulation.setStuck(1, false);
    simulation.runUntil('success', () => serves(simulation, '2.0.0') && isSteady(simulation));
  });

  it('is given up when a pod never follows', () => {
    const simulation = watched(serving());
    simulation.setStuck(0, true);
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('rejection', () => simulation.status.rejected !== undefined);
    expect(simulation.status.rejected?.[0]).toMatchObject({ reason: 'DeadlineExceeded', model: 'foreign' });
    expect(simulation.status.rejected?.[0]?.message).toMatch(/faces-1 has not read the plan yet/);
    expect(serves(simulation, '1.0.0')).toBe(true);
  });

  it('with Manual promotion waits until it is approved', () => {
    const simulation = watched(serving({ promotion: 'Manual' }));
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('waiting', () => phase('AwaitingApproval')(simulation));
    simulation.run(60_000);
    expect(serves(simulation, '1.0.0')).toBe(true);
    simulation.patch({ rollout: { ...simulation.object.spec.rollout, approved: 'other' } });
    simulation.run(5_000);
    expect(serves(simulation, '1.0.0')).toBe(true);
    simulation.patch({ rollout: { ...simulation.object.spec.rollout, approved: 'foreign' } });
    simulation.runUntil('success', () => serves(simulation, '2.0.0') && isSteady(simulation));
  });
});

describe('a bad model', () => {
  it.each<[string, keyof typeof MODELS, string, RegExp]>([
    ['whose bytes are wrong', 'broken', 'LoadFailed', /file_digest_mismatch/],
    ['whose source does not answer', 'away', 'DeadlineExceeded', /source_unreachable/],
    ['whose vectors are too far away', 'distant', 'ParityTooLow', /0\.9700.*at least 0\.99/],
    ['that fails at one in twenty requests', 'faulty', 'ErrorRateTooHigh', /requests failed; at most 1 % may/],
    ['that is slow', 'slow', 'LatencyTooHigh', /2\.50 times/],
    ['of another space that fails once it answers', 'foreign-faulty', 'ErrorRateTooHigh', /requests failed/],
  ])('%s ends with the old one serving, and why', (_what, model, reason, message) => {
    const simulation = watched(serving());
    simulation.patch({ model });
    simulation.runUntil('rejection', () => simulation.status.rejected !== undefined && isSteady(simulation), 60_000);
    expect(simulation.status.rejected).toEqual([expect.objectContaining({ model, reason })]);
    expect(simulation.status.rejected?.[0]?.message).toMatch(message);
    expect(condition(simulation, 'RolloutSucceeded')).toMatchObject({ status: 'False', reason });
    expect(condition(simulation, 'Ready')?.status).toBe('True');
    expect(simulation.events).toContain('RolloutRejected');
    expect(serves(simulation, '1.0.0')).toBe(true);
    expect(simulation.plan?.models.map(({ version }) => version)).toEqual(['1.0.0']);
    simulation.run(3_000);
    const { writes } = simulation;
    simulation.run(60_000);
    expect(simulation.writes).toBe(writes);
  });

  it('is tried again when somebody asks for it, and only then', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'faulty' });
    simulation.runUntil('rejection', () => simulation.status.rejected !== undefined);
    simulation.run(10_000);
    simulation.object.metadata.annotations = { 'face-comparison.dev/retry': new Date(simulation.now).toISOString() };
    simulation.runUntil('another try', () => simulation.status.rollout?.model === 'faulty', 5_000);
    simulation.runUntil('another rejection', () => simulation.status.rejected !== undefined);
    const { events } = simulation;
    simulation.run(60_000);
    expect(events.filter((event) => event === 'RolloutRejected')).toHaveLength(2);
  });

  it('waits for enough requests before it is believed', () => {
    const simulation = watched(serving({ checks: { minRequests: 100_000 }, deadline: '5s' }));
    simulation.patch({ model: 'alike' });
    simulation.runUntil('canary', () => phase('Canary')(simulation));
    simulation.run(30_000);
    expect(serves(simulation, '1.0.0')).toBe(true);
  });
});

describe('going back', () => {
  it.each(['Loading', 'Canary', 'AwaitingApproval', 'Observing'] as const)(
    'from %s of a comparable model leads to the old one',
    (name) => {
      const simulation = watched(serving(name === 'AwaitingApproval' ? { promotion: 'Manual' } : {}));
      simulation.patch({ model: 'alike' });
      simulation.runUntil(name, () => phase(name)(simulation));
      simulation.patch({ model: 'first' });
      simulation.runUntil('the old one', () => serves(simulation, '1.0.0') && isSteady(simulation), 10_000);
    },
  );

  it.each(['Loading', 'AwaitingApproval', 'Switching', 'Observing', 'Serving'] as const)(
    'from %s of a model of another space leads to the old one',
    (name) => {
      const simulation = watched(serving(name === 'AwaitingApproval' ? { promotion: 'Manual' } : {}));
      simulation.patch({ model: 'foreign' });
      simulation.runUntil(name, () =>
        name === 'Serving' ? serves(simulation, '2.0.0') && isSteady(simulation) : phase(name)(simulation),
      );
      simulation.patch({ model: 'first' });
      const asked = simulation.now;
      simulation.runUntil('the old one', () => serves(simulation, '1.0.0') && isSteady(simulation), 12_000);
      // A lead of three seconds, and what plans and looks take.
      if (name === 'Serving') expect(simulation.now - asked).toBeLessThan(5_000);
    },
  );

  it('at the last moment before a switch lets it happen and goes back after it', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('switch', () => simulation.plan?.switch !== undefined);
    simulation.run(Date.parse(simulation.plan?.switch?.at ?? '') - simulation.now - 200);
    simulation.patch({ model: 'first' });
    simulation.runUntil('the old one', () => serves(simulation, '1.0.0') && isSteady(simulation), 15_000);
    expect(simulation.events.filter((event) => event === 'Promoted' || event === 'RolledBack')).toEqual([
      'Promoted',
      'RolledBack',
    ]);
  });

  it('forth again works while the other is still loaded', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('success', () => serves(simulation, '2.0.0') && isSteady(simulation));
    simulation.patch({ model: 'first' });
    simulation.runUntil('the old one', () => serves(simulation, '1.0.0') && isSteady(simulation));
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('the new one', () => serves(simulation, '2.0.0') && isSteady(simulation), 6_000);
  });
});

describe('an operator that dies', () => {
  // Judged after some thousand requests, a model is given up when pods follow all plans: then plan and verdict are of one look.
  const late = { steps: [], checks: { minRequests: 5_000, afterSwitch: '6s' } };

  it.each<[keyof typeof MODELS, string, Partial<FaceComparisonSpec['rollout']>]>([
    ['alike', 'as it comes', {}],
    ['foreign', 'as it comes', {}],
    ['broken', 'as it comes', {}],
    ['distant', 'as it comes', {}],
    ['faulty', 'as it comes', {}],
    ['foreign-faulty', 'as it comes', {}],
    ['faulty', 'judged late', late],
    ['foreign-faulty', 'judged late', late],
  ])('after any one write of an upgrade to %s, %s, leaves the same end', (model, _when, rollout) => {
    const end = (dieAfter: number | undefined) => {
      const simulation = watched(serving(rollout));
      simulation.run(2_000);
      const before = simulation.writes;
      if (dieAfter !== undefined) simulation.dieAtWrite = before + dieAfter;
      simulation.patch({ model });
      simulation.run(60_000);
      expect(simulation.violations).toEqual([]);
      const { phase: last, serving: served, rejected = [] } = simulation.status;
      const reasons = rejected.map((entry) => [entry.model, entry.reason]);
      return { writes: simulation.writes - before, last, serves: served?.model, reasons };
    };
    const { writes, ...reference } = end(undefined);
    for (let write = 1; write <= writes; write++)
      expect({ write, ...end(write) }).toMatchObject({ write, ...reference });
  });

  it('is away during a switch and for longer than the model would be watched still watches it', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'foreign-faulty' });
    simulation.runUntil('switch', () => simulation.plan?.switch !== undefined);
    simulation.operatorIsUp = false;
    simulation.run(30_000);
    simulation.operatorIsUp = true;
    simulation.runUntil('rejection', () => simulation.status.rejected !== undefined && isSteady(simulation), 30_000);
    expect(simulation.status.rejected).toEqual([expect.objectContaining({ reason: 'ErrorRateTooHigh' })]);
    expect(serves(simulation, '1.0.0')).toBe(true);
  });
});

describe('without pods', () => {
  it('nothing is given up, and the pods that come begin with the old one and change over together', () => {
    const simulation = watched(serving());
    simulation.pods = [];
    simulation.patch({ model: 'foreign' });
    simulation.run(60_000);
    expect(simulation.status.rejected).toBeUndefined();
    simulation.addPod();
    simulation.addPod();
    simulation.runUntil('success', () => serves(simulation, '2.0.0') && isSteady(simulation));
  });
});

describe('two patches in a row', () => {
  it('drop what was begun and go on with what is wanted', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'alike' });
    simulation.runUntil('canary', () => phase('Canary')(simulation));
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('the latter', () => serves(simulation, '2.0.0') && isSteady(simulation));
    expect(simulation.events).toContain('RolloutAborted');
    expect(simulation.plan?.models.map(({ version }) => version)).toEqual(['1.0.0', '2.0.0']);
  });

  it('wait for the room that clients pinned to the oldest still have, and say so', () => {
    const simulation = watched(serving());
    simulation.patch({ model: 'foreign' });
    simulation.runUntil('success', () => serves(simulation, '2.0.0') && isSteady(simulation));
    simulation.patch({ model: 'other' });
    simulation.run(2_000);
    expect(simulation.status.phase).toBe('Blocked');
    expect(condition(simulation, 'CapacityBlocked')).toMatchObject({ status: 'True', reason: 'RetentionRuns' });
    expect(simulation.status.message).toMatch(
      /1\.0\.0 stays loaded for pinned clients until .* a shorter spec\.rollout\.retain/,
    );
    simulation.patch({ rollout: { ...simulation.object.spec.rollout, retain: '0s' } });
    simulation.runUntil('the latter', () => serves(simulation, '3.0.0') && isSteady(simulation));
  });
});
