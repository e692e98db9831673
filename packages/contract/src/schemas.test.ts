import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { TSchema } from 'typebox';

import { COMPONENTS } from './components.js';
import { REQUEST_HEADERS, RESPONSE_HEADERS } from './headers.js';
import { toJsonObject, type JsonObject } from './json.js';
import { ModelParamsSchema, ModelVersionParamsSchema } from './models.js';
import {
  FaceComparisonQuerySchema,
  FaceComparisonRequestSchema,
  BoundingBoxSchema,
  CompareQuerySchema,
  CompareRequestSchema,
  FaceSchema,
  LandmarkSchema,
  type CompareRequest,
  type CompareResponse,
} from './schemas.js';
import { ServingPlanSchema, ServingSchema } from './serving.js';

import { isArray, schemaNodes, withoutUnknownMembers } from '../test/schema-nodes.js';

const SCHEMAS = {
  ...COMPONENTS,
  FaceComparisonQuery: FaceComparisonQuerySchema,
  CompareQuery: CompareQuerySchema,
  ModelParams: ModelParamsSchema,
  ModelVersionParams: ModelVersionParamsSchema,
  ServingPlan: ServingPlanSchema,
  Serving: ServingSchema,
};
const names = Object.keys(SCHEMAS).filter((name): name is keyof typeof SCHEMAS => Object.hasOwn(SCHEMAS, name));
const headers = [...Object.values(REQUEST_HEADERS), ...Object.values(RESPONSE_HEADERS)];

const ajv2020 = formats.default(new Ajv2020({ strict: true, allErrors: true }));

/** As Fastify validates: draft 7, values of the query come as text, defaults are filled in, nothing is taken away. */
const fastifyAjv = formats.default(
  new Ajv({ strict: true, coerceTypes: 'array', useDefaults: true, removeAdditional: false }),
);

const admits = (schema: TSchema, value: unknown) => fastifyAjv.compile(schema)(value);

describe('every schema', () => {
  it.each(names)('%s is strict JSON Schema, for Fastify (draft 7) and for OpenAPI (2020-12)', (name) => {
    expect(() => fastifyAjv.compile(SCHEMAS[name])).not.toThrow();
    expect(() => ajv2020.compile(SCHEMAS[name])).not.toThrow();
  });

  it.each(names)('%s says of each field what it is, with an example', (name) => {
    const lacking = schemaNodes(name, SCHEMAS[name])
      .filter(({ field }) => field)
      .flatMap(({ where, schema }) =>
        // Text cannot show the bytes of a file.
        ['title', 'description', ...(schema['format'] === 'binary' ? [] : ['examples'])]
          .filter((keyword) => schema[keyword] === undefined)
          .map((keyword) => `${where} has no ${keyword}`),
      );
    expect(lacking).toEqual([]);
  });

  it.each(names)('%s has only examples that it admits, at each level, without unknown members', (name) => {
    const wrong = schemaNodes(name, SCHEMAS[name]).flatMap(({ where, schema }) => wrongExamples(where, schema));
    expect(wrong).toEqual([]);
  });

  it.each(headers.map((header) => [header.name, header] as const))(
    'the header %s has examples that it admits',
    (name, header) => {
      const schema = toJsonObject(header.schema);
      expect(schema).toHaveProperty('examples');
      expect(wrongExamples(name, schema)).toEqual([]);
    },
  );
});

function wrongExamples(where: string, schema: JsonObject): string[] {
  const admitsExample = ajv2020.compile(withoutUnknownMembers(schema));
  const { examples = [] } = schema;
  if (!isArray(examples)) return [`${where}: examples is no list`];
  return examples
    .filter((example) => !admitsExample(example))
    .map((example) => `${where}: ${JSON.stringify(example)} ${ajv2020.errorsText(admitsExample.errors)}`);
}

describe('a photo', () => {
  it.each([
    [{ url: 'https://example.com/a.jpg' }, true],
    [{ img: 'aGVsbG8=' }, true],
    [{ url: 'https://example.com/a.jpg', img: 'aGVsbG8=' }, false],
    [{}, false],
    [{ url: '' }, false],
    [{ url: 7 }, false],
    [{ url: 'HTTP://example.com' }, true],
    [{ url: 's3://photos/anna.jpg' }, true],
    [{ url: 's3://photos/' }, false],
    [{ url: 'ftp://example.com/a.jpg' }, false],
    [{ URL: 'https://example.com/a.jpg' }, false],
  ])('%j is admitted: %s', (body, expected) => {
    const strict = formats.default(new Ajv({ strict: true })).compile(FaceComparisonRequestSchema);
    expect(strict(body)).toBe(expected);
  });
});

describe('a comparison', () => {
  const photo = { url: 'https://example.com/a.jpg' };

  it.each([
    [{ source: photo, target: photo }, true],
    [{ source: { face_hash: [0.5], FaceModelVersion: '2.0.0' }, target: photo }, true],
    [{ source: { face_hash: [0.5] }, target: photo }, false],
    [{ source: { face_hash: [], FaceModelVersion: '2.0.0' }, target: photo }, false],
    [{ source: photo }, false],
    [{ source: photo, target: photo, SimilarityThreshold: 101 }, false],
    [{ source: photo, target: photo, similarityThreshold: 80 }, false],
  ])('%j is admitted: %s', (body, expected) => expect(admits(CompareRequestSchema, body)).toBe(expected));

  it('has types that follow its schemas', () => {
    const request: CompareRequest = { source: { face_hash: [1], FaceModelVersion: '2.0.0' }, target: photo };
    // @ts-expect-error a side without a photo and without a vector
    const empty: CompareRequest = { source: {}, target: photo };
    const response: CompareResponse = {
      FaceMatches: [{ Similarity: 1 }],
      UnmatchedFaces: [],
      FaceModelVersion: '2.0.0',
    };
    // @ts-expect-error the face may be absent
    const box = () => response.SourceImageFace.BoundingBox;
    expect([request, empty, response, box]).toHaveLength(4);
  });
});

describe('the query', () => {
  it('is read from text, and what is not given gets its default', () => {
    const query = { landmarks: 'true', max_faces: '3' };
    expect(admits(FaceComparisonQuerySchema, query)).toBe(true);
    expect(query).toEqual({
      landmarks: true,
      quality: false,
      face_hash: true,
      max_faces: 3,
      min_confidence: 0,
      detail: 'normal',
    });
  });

  it('of a comparison leaves vectors out unless they are asked for', () => {
    const query = {};
    expect(admits(CompareQuerySchema, query)).toBe(true);
    expect(query).toEqual({
      landmarks: false,
      quality: false,
      face_hash: false,
      min_confidence: 0,
      source_face: 'largest',
      detail: 'normal',
    });
  });

  it.each([
    { max_faces: '0' },
    { max_faces: '101' },
    { max_faces: '1.5' },
    { landmarks: 'yes' },
    { detail: 'low' },
    { min_confidence: '-0.1' },
    { min_confidence: '1.1' },
    { faces: '1' },
  ])('%j is refused', (query) => expect(admits(FaceComparisonQuerySchema, query)).toBe(false));
});

describe('a face', () => {
  it('lies inside the photo', () => {
    expect(admits(BoundingBoxSchema, { Width: 1, Height: 1, Left: 0, Top: 0 })).toBe(true);
    expect(admits(BoundingBoxSchema, { Width: 0.5, Height: 0.5, Left: -0.1, Top: 0 })).toBe(false);
    expect(admits(BoundingBoxSchema, { Width: 1.1, Height: 0.5, Left: 0, Top: 0 })).toBe(false);
  });

  it('has a confidence from 0 to 1', () => {
    const face = { BoundingBox: { Width: 1, Height: 1, Left: 0, Top: 0 } };
    expect([0, 0.8736626558685303, 1].map((Confidence) => admits(FaceSchema, { ...face, Confidence }))).toEqual([
      true,
      true,
      true,
    ]);
    expect([-0.1, 1.1, 87].map((Confidence) => admits(FaceSchema, { ...face, Confidence }))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('may have landmarks outside the photo, where it is cut off', () =>
    expect(admits(LandmarkSchema, { Type: 'mouthLeft', X: -0.05, Y: 1.02 })).toBe(true));

  it('has a vector of whatever length the model makes', () => {
    const face = { BoundingBox: { Width: 1, Height: 1, Left: 0, Top: 0 }, Confidence: 0.99 };
    for (const length of [128, 512, 768]) {
      expect(admits(FaceSchema, { ...face, face_hash: new Array<number>(length).fill(0) })).toBe(true);
    }
  });

  it('may gain fields in a later version without breaking who reads it', () => {
    const face = { BoundingBox: { Width: 1, Height: 1, Left: 0, Top: 0 }, Confidence: 0.99, Age: 33 };
    expect(admits(FaceSchema, face)).toBe(true);
  });
});
