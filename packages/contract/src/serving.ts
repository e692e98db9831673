import Type, { type Static } from 'typebox';

import { EmbeddingSpaceSchema, ModelVersionSchema } from './schemas.js';

// The serving plan is written by an operator (or by hand) and read by the serving process, which answers on its private
// port what it serves. Both sides share these shapes.

const closed = { additionalProperties: false } as const;

const Sha256 = Type.String({
  pattern: '^[0-9a-f]{64}$',
  title: 'SHA-256',
  description: 'sha256 of the manifest, 64 lower-case hex digits; another manifest is refused.',
  examples: ['9d59e267e8eed4aa3a0826e499397d8c34981cc185ef33cf8b52ee20c896a634'],
});

const Weight = Type.Number({
  minimum: 0,
  maximum: 100,
  title: 'Weight',
  description: 'Share of clients in percent.',
  examples: [10],
});

const Generation = Type.Integer({
  minimum: 0,
  title: 'Generation',
  description: 'Counts the changes of the plan.',
  examples: [12],
});

const Version = (description: string) => ({ ...ModelVersionSchema, description });

/** Which share of the clients tries another version. */
export const CanarySchema = Type.Object(
  { version: Version('The version that is tried; it must be in the embedding space of the default.'), weight: Weight },
  {
    ...closed,
    title: 'Canary',
    description: 'Which share of the clients another version answers. A client always sees the same version.',
    examples: [{ version: '2.1.0', weight: 10 }],
  },
);
export type Canary = Static<typeof CanarySchema>;

/** When the default changes. */
export const SwitchSchema = Type.Object(
  {
    to: Version('The version that becomes the default.'),
    at: Type.String({
      // UTC to the millisecond at most, so that Date reads it everywhere alike.
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?Z$',
      title: 'At',
      description: 'The instant, in UTC. All replicas that read the plan before it flip at the same time.',
      examples: ['2026-01-01T12:00:00.000Z'],
    }),
  },
  {
    ...closed,
    title: 'Switch',
    description: 'The instant at which the default changes on all replicas.',
    examples: [{ to: '2.1.0', at: '2026-01-01T12:00:00.000Z' }],
  },
);
export type Switch = Static<typeof SwitchSchema>;

const ServedModelSchema = Type.Object(
  {
    version: Version('The version; it must be that of the manifest.'),
    manifest: Type.String({
      minLength: 1,
      maxLength: 8192,
      title: 'Manifest',
      description: 'Where the manifest of the bundle is: a file://, https:// or s3:// URL.',
      examples: ['s3://models/2.1.0/manifest.json'],
    }),
    sha256: Type.Optional(Sha256),
  },
  {
    ...closed,
    title: 'PlannedModel',
    description: 'A version that is to be loaded.',
    examples: [{ version: '2.0.0', manifest: 'file:///models/default/manifest.json' }],
  },
);

/** The serving plan: what a serving process loads and who is answered by what. A JSON file that is watched. */
export const ServingPlanSchema = Type.Object(
  {
    generation: Generation,
    default: Version('The version that answers requests without a pin.'),
    models: Type.Array(ServedModelSchema, {
      minItems: 1,
      maxItems: 8,
      title: 'Models',
      description: 'The versions that are loaded side by side, each once.',
      examples: [[{ version: '2.0.0', manifest: 'file:///models/default/manifest.json' }]],
    }),
    canary: Type.Optional(CanarySchema),
    switch: Type.Optional(SwitchSchema),
  },
  {
    ...closed,
    title: 'ServingPlan',
    description: 'What a serving process loads and who is answered by what.',
    examples: [
      {
        generation: 12,
        default: '2.0.0',
        models: [
          {
            version: '2.0.0',
            manifest: 'file:///models/default/manifest.json',
            sha256: '9d59e267e8eed4aa3a0826e499397d8c34981cc185ef33cf8b52ee20c896a634',
          },
          { version: '2.1.0', manifest: 's3://models/2.1.0/manifest.json' },
        ],
        canary: { version: '2.1.0', weight: 10 },
      },
    ],
  },
);
export type ServingPlan = Static<typeof ServingPlanSchema>;

/**
 * What is wrong with a plan that has the right shape: versions that are named and not listed, versions listed twice,
 * an instant that is none. Whether canary and default share an embedding space is known only from their manifests
 * and is not looked at here.
 *
 * @returns one sentence for each mistake; none for a plan that holds together
 */
export function servingPlanMistakes(plan: ServingPlan): string[] {
  const listed = plan.models.map((model) => model.version);
  const mistakes = listed
    .filter((version, index) => listed.indexOf(version) < index)
    .map((version) => `models lists version ${version} more than once; list each version once`);
  const named: [field: string, version: string | undefined][] = [
    ['default', plan.default],
    ['canary.version', plan.canary?.version],
    ['switch.to', plan.switch?.to],
  ];
  for (const [field, version] of named) {
    if (version !== undefined && !listed.includes(version)) {
      mistakes.push(`${field} is ${version}, which models does not list; it lists ${listed.join(', ')}`);
    }
  }
  if (plan.canary?.version === plan.default) {
    mistakes.push(`canary.version is ${plan.default}, the default itself; leave canary out or name another version`);
  }
  if (plan.switch !== undefined && Number.isNaN(Date.parse(plan.switch.at))) {
    mistakes.push(`switch.at is ${plan.switch.at}, which is no instant; write it as 2026-01-01T12:00:00.000Z`);
  }
  return mistakes;
}

/** What becomes of a version in a serving process. */
export const VERSION_STATES = ['downloading', 'loading', 'warming', 'ready', 'failed', 'unloading'] as const;
export type VersionState = (typeof VERSION_STATES)[number];

const Count = (title: string, description: string, example: number) =>
  Type.Integer({ minimum: 0, title, description, examples: [example] });

const Milliseconds = (title: string, description: string, example: number) =>
  Type.Number({ minimum: 0, title, description, examples: [example] });

const LatencySchema = Type.Object(
  {
    count: Count('Count', 'How many requests were timed.', 1204),
    sumMs: Milliseconds('Sum', 'Sum of their times in milliseconds.', 51_290.4),
    p50Ms: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
      title: 'Median',
      description: 'Half of the recent requests took at most this, in milliseconds; null before the first.',
      examples: [38.2],
    }),
    p95Ms: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
      title: '95th percentile',
      description: '95 of 100 recent requests took at most this, in milliseconds; null before the first.',
      examples: [71.9],
    }),
    p99Ms: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
      title: '99th percentile',
      description: '99 of 100 recent requests took at most this, in milliseconds; null before the first.',
      examples: [96.4],
    }),
  },
  {
    title: 'Latency',
    description:
      'How long requests took. Sums and counts run from the start of the process; differences give averages.',
    examples: [{ count: 1204, sumMs: 51_290.4, p50Ms: 38.2, p95Ms: 71.9, p99Ms: 96.4 }],
  },
);

const describedModelExample = {
  name: 'default',
  sizeBytes: 77_825_174,
  vectorLength: 768,
  comparableWith: ['0c6d2a7719be4f38'],
  resources: { sharedMiB: 120, perLaneMiB: 180 },
};

const DescribedModelSchema = Type.Object(
  {
    name: Type.String({ title: 'Name', description: 'The name of the model in its manifest.', examples: ['default'] }),
    sizeBytes: Count('Size', 'Bytes of all files of the bundle.', 77_825_174),
    vectorLength: Count('Vector length', 'How many numbers a vector has.', 768),
    comparableWith: Type.Array(EmbeddingSpaceSchema, {
      title: 'Comparable with',
      description: 'Other embedding spaces that the manifest declares its vectors to be comparable with.',
      examples: [['0c6d2a7719be4f38']],
    }),
    resources: Type.Optional(
      Type.Object(
        {
          sharedMiB: Type.Number({
            minimum: 0,
            title: 'Shared',
            description: 'Memory of a version, once, in MiB.',
            examples: [120],
          }),
          perLaneMiB: Type.Number({
            minimum: 0,
            title: 'Per lane',
            description: 'Memory of each of its lanes, in MiB.',
            examples: [180],
          }),
        },
        {
          title: 'Resources',
          description: 'Memory that the makers of the model measured, in MiB.',
          examples: [{ sharedMiB: 120, perLaneMiB: 180 }],
        },
      ),
    ),
  },
  {
    title: 'DescribedModel',
    description: 'What the manifest says of the version; absent until it is read.',
    examples: [describedModelExample],
  },
);

const servedVersionExample = {
  version: '2.1.0',
  state: 'ready',
  progress: { doneBytes: 77_825_174, totalBytes: 77_825_174 },
  embeddingSpace: '83b1f0a94cd2e675',
  model: describedModelExample,
  parity: 0.9996,
  measured: true,
  comparable: true,
  lanes: 2,
  requests: 1204,
  errors: 0,
  latency: { count: 1204, sumMs: 51_290.4, p50Ms: 38.2, p95Ms: 71.9, p99Ms: 96.4 },
};

const ServedVersionSchema = Type.Object(
  {
    version: Version('The version.'),
    state: Type.Enum([...VERSION_STATES], {
      type: 'string',
      title: 'State',
      description: 'What becomes of the version now.',
      examples: ['ready'],
    }),
    reason: Type.Optional(
      Type.String({
        title: 'Reason',
        description: 'Why it failed, for a person; only when state is failed.',
        examples: ['sha256 of embedder.onnx is 66…, the manifest says 1d…'],
      }),
    ),
    reasonCode: Type.Optional(
      Type.String({
        title: 'Reason code',
        description:
          'The failure as a word, where it has one: a code of the bundle (manifest_digest_mismatch, file_digest_mismatch, source_unreachable, disk_full, ...), model_unusable, provider_unavailable, version_mismatch or golden_mismatch.',
        examples: ['file_digest_mismatch'],
      }),
    ),
    progress: Type.Optional(
      Type.Object(
        {
          doneBytes: Count('Done', 'Bytes of the files of the bundle that are here.', 77_825_174),
          totalBytes: Count('Total', 'Bytes of all files of the bundle.', 77_825_174),
        },
        {
          title: 'Progress',
          description: 'How far the download is; absent until the manifest is read.',
          examples: [{ doneBytes: 1_048_576, totalBytes: 77_825_174 }],
        },
      ),
    ),
    embeddingSpace: Type.Union([EmbeddingSpaceSchema, Type.Null()], {
      title: 'Embedding space',
      description: 'The embedding space of the version; null until the manifest is read.',
      examples: ['83b1f0a94cd2e675'],
    }),
    model: Type.Optional(DescribedModelSchema),
    parity: Type.Union([Type.Number({ minimum: -1, maximum: 1 }), Type.Null()], {
      title: 'Parity',
      description:
        'Least cosine between the vectors of this version and of the default on the golden crops; null when it was not or cannot be measured.',
      examples: [0.9996],
    }),
    measured: Type.Boolean({
      title: 'Measured',
      description: 'Whether parity with the present default has been tried; it may have come to nothing.',
      examples: [true],
    }),
    comparable: Type.Boolean({
      title: 'Comparable',
      description:
        'Whether the vectors of this version can be compared with those of the default: same space, or declared and measured.',
      examples: [true],
    }),
    lanes: Count('Lanes', 'How many lanes of this version are ready for work.', 2),
    requests: Count(
      'Requests',
      'Requests that this version has finished, whatever the answer, since the process began.',
      1204,
    ),
    errors: Count('Errors', 'Those of them that were answered with a status of 500 or above.', 0),
    latency: LatencySchema,
  },
  {
    title: 'ServedVersion',
    description: 'What the process knows of one version.',
    examples: [servedVersionExample],
  },
);
export type ServedVersion = Static<typeof ServedVersionSchema>;

/** Answer of GET /serving on the private port. */
export const ServingSchema = Type.Object(
  {
    startedAt: Type.String({
      title: 'Started at',
      description: 'When the process began, in UTC; counts begin anew with it.',
      examples: ['2026-01-01T11:00:00.000Z'],
    }),
    now: Type.String({
      title: 'Now',
      description: 'What the clock of this machine says, in UTC: a switch is made by it.',
      examples: ['2026-01-01T12:00:00.000Z'],
    }),
    generation: { ...Generation, description: 'Generation of the plan that is followed: the last good one.' },
    default: Type.Union([ModelVersionSchema, Type.Null()], {
      title: 'Default',
      description:
        'The version that answers requests without a pin now, after a switch that is due; null before the first good plan.',
      examples: ['2.0.0'],
    }),
    versions: Type.Array(ServedVersionSchema, {
      title: 'Versions',
      description: 'The versions of the plan, and those that are being unloaded.',
      examples: [[servedVersionExample]],
    }),
    canary: Type.Optional(CanarySchema),
    switch: Type.Optional(SwitchSchema),
    rejected: Type.Optional(
      Type.Object(
        {
          generation: Type.Union([Generation, Type.Null()], {
            title: 'Generation',
            description: 'Generation of the refused plan; null when it could not be read.',
            examples: [13],
          }),
          reason: Type.String({
            title: 'Reason',
            description: 'Why it was refused, for a person.',
            examples: ['canary 3.0.0 is in space 0c6d2a7719be4f38, the default in 83b1f0a94cd2e675'],
          }),
        },
        {
          title: 'RejectedPlan',
          description: 'The plan that lies in the file now, where it was refused. The last good one is still followed.',
          examples: [{ generation: 13, reason: 'canary.version is 3.0.0, which models does not list; it lists 2.0.0' }],
        },
      ),
    ),
  },
  {
    title: 'Serving',
    description: 'What this process serves.',
    examples: [
      {
        startedAt: '2026-01-01T11:00:00.000Z',
        now: '2026-01-01T12:00:00.000Z',
        generation: 12,
        default: '2.0.0',
        versions: [{ ...servedVersionExample, version: '2.0.0', parity: 1 }, servedVersionExample],
        canary: { version: '2.1.0', weight: 10 },
      },
    ],
  },
);
export type Serving = Static<typeof ServingSchema>;
