import Type, { type Static } from 'typebox';

import { EmbeddingSpaceSchema, ModelVersionSchema } from './schemas.js';

// The shapes of the Open Inference Protocol v2 (https://github.com/kserve/open-inference-protocol), REST, health and
// metadata; `parameters` is where the protocol leaves room for what a server has to say beyond it.

const ModelName = Type.String({
  pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
  title: 'Model name',
  description: 'The name of a model, from its manifest.',
  examples: ['default'],
});

/** Path parameters of /v2/models/{name}. */
export const ModelParamsSchema = Type.Object(
  { name: ModelName },
  { title: 'ModelParams', description: 'Which model.' },
);
export type ModelParams = Static<typeof ModelParamsSchema>;

/** Path parameters of /v2/models/{name}/versions/{version}. */
export const ModelVersionParamsSchema = Type.Object(
  { name: ModelName, version: ModelVersionSchema },
  { title: 'ModelVersionParams', description: 'Which version of which model.' },
);
export type ModelVersionParams = Static<typeof ModelVersionParamsSchema>;

/** Answer of GET /v2/health/live. */
export const ServerLiveSchema = Type.Object(
  { live: Type.Boolean({ title: 'Live', description: 'Whether the process answers.', examples: [true] }) },
  { title: 'ServerLive', description: 'Whether the process answers.', examples: [{ live: true }] },
);
export type ServerLive = Static<typeof ServerLiveSchema>;

/** Answer of GET /v2/health/ready. */
export const ServerReadySchema = Type.Object(
  {
    ready: Type.Boolean({
      title: 'Ready',
      description: 'Whether the default model is loaded and warm.',
      examples: [true],
    }),
  },
  { title: 'ServerReady', description: 'Whether the service can answer requests.', examples: [{ ready: true }] },
);
export type ServerReady = Static<typeof ServerReadySchema>;

/** Answer of GET /v2/models/{name}[/versions/{version}]/ready. */
export const ModelReadySchema = Type.Object(
  {
    name: ModelName,
    ready: Type.Boolean({
      title: 'Ready',
      description: 'Whether the version is loaded and warm.',
      examples: [true],
    }),
  },
  {
    title: 'ModelReady',
    description: 'Whether a model can answer requests.',
    examples: [{ name: 'default', ready: true }],
  },
);
export type ModelReady = Static<typeof ModelReadySchema>;

/** What goes into a model or comes out. */
export const TensorSchema = Type.Object(
  {
    name: Type.String({ title: 'Name', description: 'Name of the tensor.', examples: ['face_hash'] }),
    datatype: Type.String({
      title: 'Datatype',
      description: 'Type of its elements, in the words of the protocol.',
      examples: ['FP32'],
    }),
    shape: Type.Array(Type.Integer({ format: 'int64' }), {
      maxItems: 8,
      title: 'Shape',
      description: 'Its sizes; -1 stands for any.',
      examples: [[-1, 768]],
    }),
  },
  {
    title: 'Tensor',
    description: 'What goes into a model or comes out.',
    examples: [{ name: 'face_hash', datatype: 'FP32', shape: [-1, 768] }],
  },
);

/** What a threshold means. */
export const OperatingPointSchema = Type.Object(
  {
    far: Type.Number({
      format: 'double',
      title: 'False acceptance rate',
      description: 'Share of pairs of strangers at or above the cosine.',
      examples: [0.001],
    }),
    tar: Type.Number({
      format: 'double',
      title: 'True acceptance rate',
      description: 'Share of pairs of one person at or above the cosine.',
      examples: [0.993],
    }),
    cosine: Type.Number({
      format: 'double',
      title: 'Cosine',
      description: 'The cosine of the two vectors.',
      examples: [0.412],
    }),
    similarity: Type.Number({
      format: 'double',
      title: 'Similarity',
      description: 'The same as a similarity, 0 to 100.',
      examples: [80],
    }),
  },
  {
    title: 'OperatingPoint',
    description: 'What a threshold means: how many strangers it lets pass, how many pairs of one person it finds.',
    examples: [{ far: 0.001, tar: 0.993, cosine: 0.412, similarity: 80 }],
  },
);

const calibrationExample = {
  kind: 'logistic',
  slope: 18.2,
  midpoint: 0.336,
  measuredOn: 'LFW, 6000 pairs',
  operatingPoints: [{ far: 0.001, tar: 0.993, cosine: 0.412, similarity: 80 }],
};

/** How a cosine becomes a similarity. */
export const CalibrationSchema = Type.Object(
  {
    kind: Type.Literal('logistic', {
      title: 'Kind',
      description: 'similarity = 100 / (1 + exp(-slope * (cosine - midpoint)))',
      examples: ['logistic'],
    }),
    slope: Type.Number({ format: 'double', title: 'Slope', description: 'Steepness of the curve.', examples: [18.2] }),
    midpoint: Type.Number({
      format: 'double',
      title: 'Midpoint',
      description: 'The cosine whose similarity is 50.',
      examples: [0.336],
    }),
    measuredOn: Type.String({
      title: 'Measured on',
      description: 'The pairs on which the calibration was measured.',
      examples: ['LFW, 6000 pairs'],
    }),
    operatingPoints: Type.Array(OperatingPointSchema, {
      maxItems: 100,
      title: 'Operating points',
      description: 'What thresholds mean, to choose SimilarityThreshold by.',
      examples: [calibrationExample.operatingPoints],
    }),
  },
  { title: 'Calibration', description: 'How a cosine becomes a similarity.', examples: [calibrationExample] },
);

/** When the default changes, as long as that lies ahead. */
export const PlannedSwitchSchema = Type.Object(
  {
    to: { ...ModelVersionSchema, description: 'The version that becomes the default.' },
    at: Type.String({
      title: 'At',
      description: 'The instant, in UTC (RFC 3339).',
      examples: ['2026-01-01T12:00:00.000Z'],
    }),
  },
  {
    title: 'PlannedSwitch',
    description: 'The instant at which another version becomes the default, on all replicas.',
    examples: [{ to: '2.1.0', at: '2026-01-01T12:00:00.000Z' }],
  },
);

const modelParametersExample = {
  version: '2.0.0',
  default: true,
  embeddingSpace: '83b1f0a94cd2e675',
  vectorLength: 768,
  comparableWith: ['83b1f0a94cd2e675'],
  defaultThreshold: 80,
  calibration: calibrationExample,
};

/** What a version of a model says of itself beyond the protocol. */
export const ModelParametersSchema = Type.Object(
  {
    version: { ...ModelVersionSchema, description: 'The version that all of this is about.' },
    default: Type.Boolean({
      title: 'Default',
      description: 'Whether requests without a pin are answered by this version.',
      examples: [true],
    }),
    canaryWeight: Type.Optional(
      Type.Number({
        format: 'double',
        minimum: 0,
        maximum: 100,
        title: 'Canary weight',
        description: 'Share of clients in percent that this version answers while it is tried out; absent otherwise.',
        examples: [10],
      }),
    ),
    switch: Type.Optional({
      ...PlannedSwitchSchema,
      description:
        'The change of the default that is planned; the same for every version, and absent when none lies ahead.',
    }),
    embeddingSpace: EmbeddingSpaceSchema,
    vectorLength: Type.Integer({
      format: 'int32',
      minimum: 1,
      title: 'Vector length',
      description: 'How many numbers a face_hash has.',
      examples: [768],
    }),
    comparableWith: Type.Array(EmbeddingSpaceSchema, {
      maxItems: 100,
      title: 'Comparable with',
      description:
        'The spaces whose vectors can be compared with those of this version: its own, and those it declares and whose parity was measured when it was loaded.',
      examples: [['83b1f0a94cd2e675']],
    }),
    defaultThreshold: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 100,
      title: 'Default threshold',
      description: 'The SimilarityThreshold of a comparison that gives none.',
      examples: [80],
    }),
    calibration: CalibrationSchema,
  },
  {
    title: 'ModelParameters',
    description: 'What a version of a model says of itself beyond the protocol.',
    examples: [modelParametersExample],
  },
);
export type ModelParameters = Static<typeof ModelParametersSchema>;

/** Answer of GET /v2/models/{name}[/versions/{version}]. */
export const ModelMetadataSchema = Type.Object(
  {
    name: ModelName,
    versions: Type.Array(ModelVersionSchema, {
      maxItems: 100,
      title: 'Versions',
      description: 'The versions of the model that are loaded and can be pinned.',
      examples: [['2.0.0', '2.1.0']],
    }),
    platform: Type.String({
      title: 'Platform',
      description: 'The framework and the format of the model.',
      examples: ['onnxruntime_onnx'],
    }),
    inputs: Type.Array(TensorSchema, {
      maxItems: 16,
      title: 'Inputs',
      description: 'What goes in: an encoded photo.',
      examples: [[{ name: 'img', datatype: 'BYTES', shape: [1] }]],
    }),
    outputs: Type.Array(TensorSchema, {
      maxItems: 16,
      title: 'Outputs',
      description: 'What comes out for each face.',
      examples: [[{ name: 'face_hash', datatype: 'FP32', shape: [-1, 768] }]],
    }),
    parameters: ModelParametersSchema,
  },
  {
    title: 'ModelMetadata',
    description:
      'A model, as the Open Inference Protocol describes it. Without a version in the path, parameters are those of the default version.',
    examples: [
      {
        name: 'default',
        versions: ['2.0.0', '2.1.0'],
        platform: 'onnxruntime_onnx',
        inputs: [{ name: 'img', datatype: 'BYTES', shape: [1] }],
        outputs: [
          { name: 'BoundingBox', datatype: 'FP32', shape: [-1, 4] },
          { name: 'Confidence', datatype: 'FP32', shape: [-1] },
          { name: 'face_hash', datatype: 'FP32', shape: [-1, 768] },
        ],
        parameters: modelParametersExample,
      },
    ],
  },
);
export type ModelMetadata = Static<typeof ModelMetadataSchema>;
