import fc from 'fast-check';

import type { FaceComparisonSpec } from '../src/api/v1alpha1/index.js';
import { Simulation, type SimulatedModel } from './kit/simulation.js';

const MODELS: Readonly<Record<string, SimulatedModel>> = {
  first: { version: '1.0.0', space: 'aaaaaaaaaaaaaaaa' },
  alike: { version: '1.1.0', space: 'bbbbbbbbbbbbbbbb', comparableWith: ['aaaaaaaaaaaaaaaa'], parity: 0.999 },
  foreign: { version: '2.0.0', space: 'cccccccccccccccc', loadMs: 1_500 },
  other: { version: '3.0.0', space: 'dddddddddddddddd' },
  broken: { version: '1.3.0', space: 'ffffffffffffffff', fails: 'file_digest_mismatch' },
  away: { version: '1.4.0', space: '0000000000000000', fails: 'source_unreachable' },
  faulty: { version: '1.5.0', space: '1111111111111111', comparableWith: ['aaaaaaaaaaaaaaaa'], errorRate: 0.1 },
  'foreign-faulty': { version: '2.1.0', space: '3333333333333333', errorRate: 0.2 },
};

const SPEC: FaceComparisonSpec = {
  model: 'first',
  replicas: 3,
  rollout: {
    steps: [{ weight: 30, hold: '1s' }],
    checks: { minRequests: 20, afterSwitch: '2s' },
    retain: '3s',
    deadline: '8s',
    switchLead: '3s',
  },
};

/** Minutes of simulated time go by in each run; machines differ tenfold. */
const TIMEOUT_MS = 600_000;

type Happening = (simulation: Simulation) => void;

const named = (name: string, happening: Happening): Happening => Object.assign(happening, { toString: () => name });

/** What users, nodes and the operator's own death do, in any order. */
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...Object.keys(MODELS))
      .map((model) => named(`patch ${model}`, (simulation) => simulation.patch({ model }))),
  },
  {
    weight: 6,
    arbitrary: fc.integer({ min: 50, max: 6_000 }).map((ms) => named(`wait ${ms}`, (simulation) => simulation.run(ms))),
  },
  {
    weight: 4,
    arbitrary: fc
      .integer({ min: 0, max: 2 })
      .map((writes) => named(`crash after ${writes}`, (simulation) => (simulation.crashAfterWrites = writes))),
  },
  {
    weight: 1,
    arbitrary: fc.nat(2).map((pod) => named(`replace ${pod}`, (simulation) => simulation.replacePod(pod))),
  },
  {
    weight: 1,
    arbitrary: fc.nat(2).map((pod) => named(`cut off ${pod}`, (simulation) => simulation.setStuck(pod, true))),
  },
  {
    weight: 1,
    arbitrary: fc.nat(2).map((pod) => named(`let go ${pod}`, (simulation) => simulation.setStuck(pod, false))),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('Automatic' as const, 'Manual' as const)
      .map((promotion) =>
        named(promotion, (simulation) =>
          simulation.patch({ rollout: { ...simulation.object.spec.rollout, promotion, approved: 'foreign' } }),
        ),
      ),
  },
);

/** Everybody is reachable again, and time passes. */
function settle(simulation: Simulation): void {
  simulation.patch({ rollout: { ...simulation.object.spec.rollout, promotion: 'Automatic' } });
  for (let pod = 0; pod < simulation.pods.length; pod++) simulation.setStuck(pod, false);
  simulation.run(45_000);
}

it(
  'whatever happens, no two spaces answer, pods go on answering, and it comes to rest at what is wanted',
  () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 14 }), fc.integer(), (happenings, seed) => {
        const simulation = new Simulation(MODELS, structuredClone(SPEC), { seed });
        simulation.run(3_000);
        for (const happen of happenings) happen(simulation);
        settle(simulation);
        expect(simulation.violations).toEqual([]);

        const { serving, rollout, retained, rejected = [] } = simulation.status;
        const wanted = simulation.object.spec.model;
        expect(rollout).toBeUndefined();
        expect(retained).toBeUndefined();
        const isRejected = rejected.some(({ model }) => model === wanted);
        expect(isRejected || serving?.model === wanted).toBe(true);
        // What serves was never found to be bad.
        expect(rejected.map(({ model }) => model)).not.toContain(serving?.model);
        expect(simulation.plan).toMatchObject({ default: serving?.version, models: [{ version: serving?.version }] });
        expect(simulation.plan?.canary).toBeUndefined();

        const { writes } = simulation;
        simulation.run(30_000);
        expect(simulation.writes).toBe(writes);
      }),
      { numRuns: 60 },
    );
  },
  TIMEOUT_MS,
);

it(
  'a death at any write leads to the same end',
  () => {
    fc.assert(
      fc.property(
        fc.constantFrom('alike', 'foreign', 'broken', 'faulty', 'foreign-faulty'),
        fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 2_500 }), writes: fc.integer({ min: 0, max: 2 }) }), {
          maxLength: 6,
        }),
        (model, deaths) => {
          const end = (crashes: typeof deaths) => {
            const simulation = new Simulation(MODELS, structuredClone(SPEC));
            simulation.run(3_000);
            simulation.patch({ model });
            for (const { afterMs, writes } of crashes) {
              simulation.run(afterMs);
              simulation.crashAfterWrites = writes;
            }
            simulation.run(45_000);
            expect(simulation.violations).toEqual([]);
            const { phase, serving, rejected = [] } = simulation.status;
            const plan = { default: simulation.plan?.default, models: simulation.plan?.models };
            return {
              phase,
              serves: serving?.model,
              rejected: rejected.map((entry) => [entry.model, entry.reason]),
              plan,
            };
          };
          expect(end(deaths)).toEqual(end([]));
        },
      ),
      { numRuns: 25 },
    );
  },
  TIMEOUT_MS,
);
