import fc from 'fast-check';
import type { ServingPlan } from '@face-comparison/contract';
import { bucketOf, defaultVersion, route, type RoutingInput, type VersionView } from './routing.js';

const AT = Date.parse('2026-01-01T12:00:00.000Z');

const plan: ServingPlan = {
  generation: 1,
  default: 'a',
  models: ['a', 'b', 'c'].map((version) => ({ version, manifest: `file:///${version}/manifest.json` })),
};

const views = (...ready: string[]): Map<string, VersionView> =>
  new Map(
    ['a', 'b', 'c'].map((version) => {
      const isReady = ready.includes(version);
      return [version, { version, space: 's', ready: isReady, loading: !isReady }];
    }),
  );

const input: RoutingInput = {
  plan,
  versions: views('a', 'b'),
  comparable: () => true,
  pin: undefined,
  client: 'address:203.0.113.1',
  now: AT,
};

describe('route', () => {
  it.each<[string, Partial<RoutingInput>, ReturnType<typeof route>]>([
    ['the default', {}, { kind: 'version', version: 'a' }],
    ['the pinned version', { pin: 'b' }, { kind: 'version', version: 'b' }],
    ['nobody while the pinned version is loading', { pin: 'c' }, { kind: 'not-ready', version: 'c' }],
    [
      'nobody when the pinned version could not be loaded',
      {
        pin: 'c',
        versions: new Map([...views('a', 'b'), ['c', { version: 'c', space: '', ready: false, loading: false }]]),
      },
      { kind: 'unavailable', loaded: ['a', 'b'] },
    ],
    ['nobody when the pinned version is not known', { pin: 'z' }, { kind: 'unavailable', loaded: ['a', 'b'] }],
    [
      'nobody as long as the default is not ready, though another is',
      { versions: views('b') },
      { kind: 'not-ready', version: 'a' },
    ],
    [
      'the canary when it gets all clients',
      { plan: { ...plan, canary: { version: 'b', weight: 100 } } },
      { kind: 'version', version: 'b' },
    ],
    [
      'the default when the canary gets none',
      { plan: { ...plan, canary: { version: 'b', weight: 0 } } },
      { kind: 'version', version: 'a' },
    ],
    [
      'the default when the canary is not ready',
      { plan: { ...plan, canary: { version: 'c', weight: 100 } } },
      { kind: 'version', version: 'a' },
    ],
    [
      'the default when the canary has not been shown to be comparable',
      { plan: { ...plan, canary: { version: 'b', weight: 100 } }, comparable: () => false },
      { kind: 'version', version: 'a' },
    ],
    [
      'the pinned default whatever the canary',
      { plan: { ...plan, canary: { version: 'b', weight: 100 } }, pin: 'a' },
      { kind: 'version', version: 'a' },
    ],
    [
      'the default until the instant of a switch',
      { plan: { ...plan, switch: { to: 'b', at: '2026-01-01T12:00:00.001Z' } } },
      { kind: 'version', version: 'a' },
    ],
    [
      'the target from the instant of a switch on',
      { plan: { ...plan, switch: { to: 'b', at: '2026-01-01T12:00:00.000Z' } } },
      { kind: 'version', version: 'b' },
    ],
    [
      'nobody when the target of a switch that is due is not ready',
      { plan: { ...plan, switch: { to: 'c', at: '2026-01-01T12:00:00.000Z' } } },
      { kind: 'not-ready', version: 'c' },
    ],
  ])('is answered by %s', (_whom, change, expected) => {
    expect(route({ ...input, ...change })).toEqual(expected);
  });

  const version = fc.constantFrom('a', 'b', 'c');
  const situation = fc.record({
    weight: fc.double({ min: 0, max: 100, noNaN: true }),
    canary: fc.option(version, { nil: undefined }),
    switchTo: fc.option(version, { nil: undefined }),
    ready: fc.uniqueArray(version),
    comparable: fc.uniqueArray(fc.tuple(version, version).map(([a, b]) => `${a}${b}`)),
    pin: fc.option(fc.constantFrom('a', 'b', 'c', 'z'), { nil: undefined }),
    client: fc.string(),
    now: fc.integer({ min: AT - 10, max: AT + 10 }),
  });

  const inputOf = (given: typeof situation extends fc.Arbitrary<infer S> ? S : never): RoutingInput => ({
    plan: {
      ...plan,
      ...(given.canary === undefined ? {} : { canary: { version: given.canary, weight: given.weight } }),
      ...(given.switchTo === undefined ? {} : { switch: { to: given.switchTo, at: '2026-01-01T12:00:00.000Z' } }),
    },
    versions: views(...given.ready),
    comparable: (a, b) => given.comparable.includes(`${a}${b}`),
    pin: given.pin,
    client: given.client,
    now: given.now,
  });

  it('never chooses a version that is not ready', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const chosen = route(inputOf(given));
        return chosen.kind !== 'version' || given.ready.includes(chosen.version as 'a');
      }),
    );
  });

  it('never answers a pinned request by another version', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const chosen = route(inputOf(given));
        return given.pin === undefined || chosen.kind === 'unavailable' || chosen.version === given.pin;
      }),
    );
  });

  it('never leaves the default for a version whose vectors cannot be compared with it', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const whole = inputOf({ ...given, pin: undefined });
        const standard = defaultVersion(whole.plan, whole.now);
        const chosen = route(whole);
        return chosen.kind !== 'version' || chosen.version === standard || whole.comparable(chosen.version, standard);
      }),
    );
  });

  it('is the same on every replica, in whatever order versions came to be loaded there', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const here = inputOf({ ...given, pin: undefined });
        const there = { ...here, versions: new Map([...here.versions].reverse()) };
        expect(route(there)).toEqual(route(here));
      }),
    );
  });

  it('keeps a client with the canary when its weight grows', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 99 }), (client, weight) => {
        const at = (share: number): ReturnType<typeof route> =>
          route({ ...input, client, plan: { ...plan, canary: { version: 'b', weight: share } } });
        const before = at(weight);
        return (
          before.kind !== 'version' ||
          before.version === 'a' ||
          JSON.stringify(at(weight + 1)) === JSON.stringify(before)
        );
      }),
    );
  });
});

describe('bucketOf', () => {
  it('spreads clients evenly', () => {
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const tenth = Math.floor(bucketOf(`address:10.0.${i >> 8}.${i & 255}`) / 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // 1,000 each are expected; the standard deviation is 30.
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('is what it always was: a deployment must not move clients', () => {
    expect(bucketOf('client:check-in')).toBeCloseTo(42.78808499220759, 10);
  });
});
