import fc from 'fast-check';

// Specs that may hold and may not, each near the border: what they have in common with good ones is their form.

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const record = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, maybe(value)]))).map(withoutUndefined);

function withoutUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

/** Mostly the good ones, so that a whole spec has a chance to hold. */
const mostly = <T>(good: readonly T[], bad: readonly T[]) =>
  fc.oneof({ weight: 24, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) });

const duration = mostly(
  ['1s', '30s', '2m', '1h30m', '8760h', '1000ms', '525600m', '01h'],
  [
    '',
    '0s',
    '999ms',
    '8761h',
    '8760h1ms',
    '525601m',
    '1.5h',
    '5',
    'h',
    '1m1h',
    '1s1s',
    '-1s',
    '1d',
    ' 1s',
    '1s\n',
    '1S',
    '9999999h',
    '999999h9999999m',
  ],
);
const name = mostly(
  ['a', 'faces', 'default-2.1.0', 'a.b-c', 'a'.repeat(253), '0'],
  ['', 'A', 'a_b', '-a', 'a-', 'a..b', 'a.', 'ä', 'a b', 'a\n', 'a'.repeat(254)],
);
const quantity = mostly<string | number>(
  ['1', 2, '500m', '1.5Gi', '1e3', '1E', 0],
  ['', 'x', '1 Gi', '1GiB', '1ki', '+1', '-1', '.5', '1.', '1n', '1e', 1.5],
);
const key = mostly(
  ['team', 'example.com/team', 'kubernetes.io/arch'],
  ['app.kubernetes.io/name', 'face-comparison.dev/x'],
);
const map = fc.dictionary(key, fc.constantFrom('', 'a'), { maxKeys: 3 });
const integer = (minimum: number, maximum: number) =>
  mostly([minimum, minimum + 1, maximum], [minimum - 1, maximum + 1, minimum + 0.5]);

const steps = fc.array(fc.record({ weight: integer(1, 100), hold: duration }), { maxLength: 4 }).chain((list) =>
  fc.constantFrom(
    list,
    list.map((step, index) => ({ ...step, weight: index * 7 + 1 })),
  ),
);

/** A spec of a FaceComparison. */
export const anySpec: fc.Arbitrary<object> = fc
  .record({
    model: name,
    rest: record({
      replicas: integer(0, 1000),
      autoscaling: fc.record({ minReplicas: integer(1, 1000), maxReplicas: integer(1, 1000) }),
      image: mostly(['a', 'registry.example.com:5000/a/b@sha256:0'], ['', 'a b', '\t']),
      lanes: integer(1, 64),
      accelerator: record({
        type: mostly(['none', 'nvidia'], ['NVIDIA', '']),
        count: integer(1, 16),
        nodeSelector: map,
      }),
      resources: record({
        requests: fc.dictionary(fc.constantFrom('cpu', 'memory'), quantity),
        limits: fc.dictionary(fc.constantFrom('cpu', 'memory'), quantity),
      }),
      auth: record({ mode: mostly(['None', 'ApiKey'], ['apikey']), keysSecret: name }),
      images: record({
        urls: fc.boolean(),
        allowHosts: fc.uniqueArray(mostly(['a', '*.b:1', '10.0.0.0/8'], ['', 'a,b', 'a b']), { maxLength: 2 }),
        s3Buckets: fc.uniqueArray(mostly(['abc', 'a.b-c'], ['ab', 'Abc', '-abc']), { maxLength: 2 }),
        maxBytes: integer(1, 67_108_864),
      }),
      s3: record({
        endpoint: mostly(
          ['https://a.b', 'http://a:9000/'],
          ['a.b', 'ftp://a', 'https://u@a', 'https://a/b', 'https://'],
        ),
        region: mostly(['eu-central-1'], ['', 'EU', 'eu central']),
      }),
      pod: record({
        labels: map,
        annotations: map,
        env: fc.uniqueArray(mostly(['A', 'a.b-c', '_'], ['1A', '', 'A B']), { maxLength: 2 }).chain((names) =>
          fc.tuple(
            ...names.map((variable) =>
              record({
                value: fc.constantFrom('', 'a'),
                valueFrom: fc.record({ secretKeyRef: fc.record({ name, key: mostly(['k', '.k'], ['', 'k k']) }) }),
              }).map((value) => ({ name: variable, ...value })),
            ),
          ),
        ),
        terminationGracePeriodSeconds: integer(30, 3600),
        priorityClassName: name,
      }),
      service: record({ port: integer(1, 65_535), annotations: map }),
      cache: record({ sizeLimit: quantity }),
      rollout: record({
        steps,
        checks: record({
          minParity: mostly([0, 0.5, 1], [-0.1, 1.1]),
          maxLatencyRatio: mostly([0.1, 1000], [0, -1, 1000.5]),
          minRequests: integer(0, 1_000_000_000),
          afterSwitch: duration,
        }),
        promotion: mostly(['Automatic', 'Manual'], ['automatic']),
        approved: name,
        retain: duration,
        deadline: duration,
        switchLead: duration,
      }),
    }),
  })
  .map(({ model, rest }) => ({ model, ...rest }));

/** A spec of a FaceModel. */
export const anyModelSpec: fc.Arbitrary<object> = fc.record({
  version: mostly(['2.0.0', '0', 'a_b-c.d', 'a'.repeat(63)], ['', '-a', '.a', 'a b', 'a'.repeat(64), 'a\n', 'ä']),
  source: fc.record({
    manifest: mostly(
      ['file:///a', 'https://a/b', 'https://a:1/b?c=@', 's3://abc/d', 's3://abc/d e'.replace(' ', '%20')],
      [
        '',
        'file://a',
        'file:///',
        'http://a/b',
        'https://u@a/b',
        'https://a',
        's3://ab/c',
        's3://abc/',
        's3://abc/d e',
        'a',
        'https://a/b#c',
        'file:///a\n',
      ],
    ),
    sha256: mostly(
      ['0'.repeat(64), 'af'.repeat(32)],
      ['', '0'.repeat(63), '0'.repeat(65), 'A'.repeat(64), 'g'.repeat(64)],
    ),
  }),
});
