import Type, { type Static } from 'typebox';

/** The only manifest format there is so far. */
export const MANIFEST_SCHEMA_ID = 'face-comparison.dev/bundle/v1';

const strict = { additionalProperties: false } as const;

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'sha256, 64 lower-case hex digits' });
const RelativePath = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'path of a file of the bundle, relative to the manifest, with forward slashes',
});
const SpaceId = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'an embedding space, 16 lower-case hex digits' });
const PerChannel = Type.Union([Type.Number(), Type.Tuple([Type.Number(), Type.Number(), Type.Number()])], {
  description: 'one number for all channels or one per channel, in the order of `colour`',
});
const Point = Type.Tuple([Type.Number(), Type.Number()]);

/** How pixels become the input tensor of a graph: (pixel - mean) * scale, pixel in 0..255. */
const TensorInput = {
  name: Type.String({ minLength: 1, description: 'name of the input of the graph' }),
  layout: Type.Enum(['NHWC', 'NCHW']),
  type: Type.Enum(['uint8', 'float32']),
  colour: Type.Enum(['RGB', 'BGR']),
  mean: Type.Optional(PerChannel),
  scale: Type.Optional(PerChannel),
};

const BundleFile = Type.Object(
  { path: RelativePath, size: Type.Integer({ minimum: 1 }), sha256: Sha256 },
  { ...strict, description: 'a file of the bundle' },
);

const detectorCommon = {
  file: RelativePath,
  input: Type.Object(TensorInput, strict),
  size: Type.Object(
    {
      longSide: Type.Integer({
        minimum: 32,
        maximum: 4096,
        description: 'the picture is shrunk (never enlarged) so that its longer side is this, in pixels',
      }),
      multiple: Type.Integer({
        minimum: 1,
        maximum: 128,
        description: 'the shrunk picture is padded right and below with black to a multiple of this',
      }),
      square: Type.Optional(
        Type.Boolean({ description: 'pad to longSide x longSide, for graphs with a fixed input size' }),
      ),
    },
    strict,
  ),
  scoreThreshold: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  refinesPoints: Type.Optional(
    Type.Boolean({
      description:
        'whether a second look at each aligned crop corrects the five points; for networks whose points are wrong where heads are tilted',
    }),
  ),
  certainScore: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description:
        'a picture in which no face scores at least this is also looked at turned by quarters, and the best view is kept; unless given, only one without any face is',
    }),
  ),
  nmsIou: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'a box that overlaps a better one by more than this is dropped',
  }),
  landmarkOrder: Type.Optional(
    Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer(), Type.Integer(), Type.Integer()], {
      description:
        'where, among the points of the graph, are: eye at the left of the picture, eye at the right, nose tip, mouth corner at the left, at the right',
    }),
  ),
};

const YunetDetector = Type.Object(
  {
    kind: Type.Literal('yunet'),
    ...detectorCommon,
    outputs: Type.Object(
      { scores: Type.String(), boxes: Type.String(), landmarks: Type.String() },
      {
        ...strict,
        description:
          'decoded in the graph: scores [1,A], boxes [1,A,4] as x1 y1 x2 y2, landmarks [1,A,10] as x,y, in input pixels',
      },
    ),
  },
  strict,
);

const ScrfdDetector = Type.Object(
  {
    kind: Type.Literal('scrfd'),
    ...detectorCommon,
    anchorsPerCell: Type.Integer({ minimum: 1, maximum: 4 }),
    levels: Type.Array(
      Type.Object(
        { stride: Type.Integer({ minimum: 1 }), scores: Type.String(), boxes: Type.String(), landmarks: Type.String() },
        {
          ...strict,
          description: 'output names of one stride; distances in units of the stride, as InsightFace exports them',
        },
      ),
      { minItems: 1, maxItems: 6 },
    ),
  },
  strict,
);

const Head = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,31}$',
      description: 'at most 32 lower-case letters, digits and hyphens, a letter first',
    }),
    file: RelativePath,
    input: Type.Object(
      {
        ...TensorInput,
        size: Type.Integer({ minimum: 16, maximum: 1024, description: 'side of the square input, in pixels' }),
      },
      strict,
    ),
    window: Type.Optional(
      Type.Object(
        {
          left: Type.Number({ minimum: 0 }),
          top: Type.Number({ minimum: 0 }),
          size: Type.Number({ exclusiveMinimum: 0 }),
        },
        {
          ...strict,
          description: 'the square of the aligned crop that this head sees, in crop pixels; all of it unless given',
        },
      ),
    ),
    output: Type.Object(
      { name: Type.String({ minLength: 1 }), length: Type.Integer({ minimum: 1, maximum: 8192 }) },
      strict,
    ),
    weight: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'share of this head in the cosine; the shares of all heads add up to 1',
    }),
  },
  strict,
);

const OperatingPoint = Type.Object(
  {
    far: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'share of pairs of strangers at or above the cosine',
    }),
    tar: Type.Number({ minimum: 0, maximum: 1, description: 'share of pairs of one person at or above the cosine' }),
    cosine: Type.Number({ minimum: -1, maximum: 1 }),
    similarity: Type.Number({ minimum: 0, maximum: 100 }),
  },
  strict,
);

export const ManifestSchema = Type.Object(
  {
    schema: Type.Literal(MANIFEST_SCHEMA_ID),
    name: Type.String({
      pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      description: 'at most 63 lower-case letters, digits and hyphens, no hyphen at either end',
    }),
    version: Type.String({
      pattern: '^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$',
      description: 'at most 63 letters, digits, dots, underscores and hyphens, e.g. 2.0.0',
    }),
    description: Type.Optional(Type.String()),
    files: Type.Array(BundleFile, { minItems: 1, maxItems: 256 }),
    detector: Type.Union([YunetDetector, ScrfdDetector]),
    alignment: Type.Object(
      {
        size: Type.Integer({ minimum: 32, maximum: 1024, description: 'side of the square aligned crop, in pixels' }),
        template: Type.Tuple([Point, Point, Point, Point, Point], {
          description:
            'where the five points go in the crop: eye at the left of the picture, eye at the right, nose tip, mouth corner at the left, at the right',
        }),
        antialias: Type.Boolean({
          description: 'average several samples a pixel when the face is larger than the crop',
        }),
      },
      strict,
    ),
    heads: Type.Array(Head, { minItems: 1, maxItems: 8 }),
    calibration: Type.Object(
      {
        kind: Type.Literal('logistic', { description: 'similarity = 100 / (1 + exp(-slope * (cosine - midpoint)))' }),
        slope: Type.Number({ exclusiveMinimum: 0 }),
        midpoint: Type.Number({ minimum: -1, maximum: 1 }),
        defaultThreshold: Type.Number({ minimum: 0, maximum: 100 }),
        measuredOn: Type.String(),
        operatingPoints: Type.Array(OperatingPoint),
      },
      strict,
    ),
    golden: Type.Object(
      {
        crops: Type.Array(RelativePath, { minItems: 1, maxItems: 64, description: 'aligned crops, PNG' }),
        vectors: Type.String({
          description: 'file with their expected vectors: float32, little-endian, one row a crop',
        }),
        minCosine: Type.Number({
          exclusiveMinimum: 0,
          maximum: 1,
          description: 'a runtime whose vectors are further away than this is not trusted',
        }),
      },
      strict,
    ),
    comparableWith: Type.Optional(
      Type.Array(
        Type.Object(
          { space: SpaceId, minCosine: Type.Number({ exclusiveMinimum: 0, maximum: 1 }) },
          {
            ...strict,
            description: "counts only when the vectors of that space's golden crops are at least this close",
          },
        ),
        { maxItems: 16 },
      ),
    ),
    resources: Type.Optional(
      Type.Object(
        { sharedMiB: Type.Number({ minimum: 0 }), perLaneMiB: Type.Number({ minimum: 0 }) },
        { ...strict, description: 'measured memory: once a version, and for each lane' },
      ),
    ),
    provenance: Type.Array(
      Type.Object(
        {
          part: Type.String(),
          name: Type.String(),
          licence: Type.String({ description: 'SPDX identifier' }),
          source: Type.String({ description: 'package and version the weights were taken from' }),
          sha256: Sha256,
          author: Type.Optional(Type.String()),
          trainingData: Type.Optional(Type.String()),
        },
        strict,
      ),
      { minItems: 1 },
    ),
  },
  strict,
);

/** What a bundle says of itself; see docs/reference/manifest.md. */
export type Manifest = Static<typeof ManifestSchema>;
export type DetectorSpec = Manifest['detector'];
export type HeadSpec = Manifest['heads'][number];
export type AlignmentSpec = Manifest['alignment'];
export type CalibrationSpec = Manifest['calibration'];
