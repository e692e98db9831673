import type { TSchema } from 'typebox';
import Type from 'typebox';

import type { ErrorCode } from './errors.js';
import type { BodyExample } from './examples.js';
import type { RequestHeader } from './headers.js';
import {
  ModelMetadataSchema,
  ModelParamsSchema,
  ModelReadySchema,
  ModelVersionParamsSchema,
  ServerLiveSchema,
  ServerReadySchema,
} from './models.js';
import {
  FaceComparisonFormSchema,
  FaceComparisonQuerySchema,
  FaceComparisonRequestSchema,
  FaceComparisonResponseSchema,
  CompareFormSchema,
  CompareQuerySchema,
  CompareRequestSchema,
  CompareResponseSchema,
} from './schemas.js';
import { ServingSchema } from './serving.js';

/** The sections of the API explorer. */
export const TAGS = {
  Faces: 'Find faces, make their vectors, compare them.',
  Models: 'Which models and versions are loaded (Open Inference Protocol v2).',
  Health: 'For probes (Open Inference Protocol v2).',
  Reference: 'This document.',
} as const;
export type Tag = keyof typeof TAGS;

/** What a body looks like: JSON by its schema, the bytes of a file, or a form whose parts have media types of their own. */
export type Content =
  | { readonly kind: 'json'; readonly schema: TSchema; readonly examples?: readonly BodyExample[] }
  | { readonly kind: 'bytes' }
  | {
      readonly kind: 'form';
      readonly schema: TSchema;
      /** The media types that each part may have. */
      readonly parts: Readonly<Record<string, readonly string[]>>;
    };

/** One call of the service. */
export interface Operation {
  readonly method: 'GET' | 'POST';
  /** As in OpenAPI: `/v2/models/{name}`. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  /** Whether the service wants a key for it when keys are switched on. */
  readonly auth: boolean;
  /** Whether a model answers it: a request can pin the version, and answers say where the time went. */
  readonly inference: boolean;
  readonly requestHeaders: readonly RequestHeader[];
  readonly pathParams?: TSchema;
  readonly query?: TSchema;
  /** By media type. */
  readonly body?: Readonly<Record<string, Content>>;
  /** The answer with status 200. */
  readonly response: { readonly description: string; readonly content: Readonly<Record<string, Content>> };
  /** The codes that it may answer instead. */
  readonly errors: readonly ErrorCode[];
}

const json = (schema: TSchema, ...examples: readonly BodyExample[]) =>
  ({ 'application/json': { kind: 'json', schema, ...(examples.length === 0 ? {} : { examples }) } }) as const;
const bytes = { kind: 'bytes' } as const;

/** What a part of a form may be that stands for a photo: the bytes of a file, or JSON as in the JSON body. */
export const FILE_PART_MEDIA_TYPES = ['image/*', 'application/octet-stream', 'application/json'] as const;

/** What the document says of such a part, in which it is a file. */
const FILE_MEDIA_TYPES = ['image/*', 'application/octet-stream'] as const;

const AUTH_ERRORS = ['unauthorized', 'forbidden', 'rate_limited'] as const satisfies ErrorCode[];

const IMAGE_ERRORS = [
  'invalid_base64',
  'image_too_large',
  'unsupported_image_format',
  'image_undecodable',
  'image_dimensions_exceeded',
  'url_not_allowed',
  'url_unreachable',
] as const satisfies ErrorCode[];

/** What may be wrong with a request before anybody has read what it asks for. */
const HTTP_ERRORS = [
  'malformed_request',
  'request_timeout',
  'expectation_failed',
  'headers_too_large',
] as const satisfies ErrorCode[];

const INFERENCE_ERRORS = [
  ...HTTP_ERRORS,
  'invalid_json',
  'invalid_parameter',
  'image_source_missing',
  'image_source_ambiguous',
  ...AUTH_ERRORS,
  'method_not_allowed',
  'model_version_unavailable',
  'body_too_large',
  'unsupported_media_type',
  ...IMAGE_ERRORS,
  'overloaded',
  'not_ready',
  'shutting_down',
  'deadline_exceeded',
  'internal',
] as const satisfies ErrorCode[];

/** Every call on the public port, by operationId. Routes and the OpenAPI document are made from it. */
export const OPERATIONS = {
  analyzeFaces: {
    method: 'POST',
    path: '/face_comparison',
    tag: 'Faces',
    summary: 'Find the faces of a photo and make their vectors',
    description:
      'Send a photo by URL, as base64 in JSON, as the body itself, or as the file of a form. The answer has all faces, largest first, each with its box, its confidence (0 to 1) and its vector (face_hash). A photo without a face is answered with an empty list.',
    auth: true,
    inference: true,
    requestHeaders: ['modelVersion', 'requestId'],
    query: FaceComparisonQuerySchema,
    body: {
      ...json(FaceComparisonRequestSchema, 'photo', 'photoUrl'),
      'image/jpeg': bytes,
      'image/png': bytes,
      'image/bmp': bytes,
      'image/*': bytes,
      'application/octet-stream': bytes,
      'multipart/form-data': {
        kind: 'form',
        schema: FaceComparisonFormSchema,
        parts: { image: FILE_MEDIA_TYPES },
      },
    },
    response: { description: 'The faces of the photo.', content: json(FaceComparisonResponseSchema) },
    errors: INFERENCE_ERRORS,
  },
  compareFaces: {
    method: 'POST',
    path: '/compare',
    tag: 'Faces',
    summary: 'Compare the face of one photo with the faces of another',
    description:
      'The face of the source is compared with the 100 largest faces of the target, as CompareFaces of Amazon Rekognition does. Either side may be a stored vector instead of a photo; it pins the request to a version of its embedding space. Photos travel as URLs, as base64 in JSON, or as files in a form.',
    auth: true,
    inference: true,
    requestHeaders: ['modelVersion', 'requestId'],
    query: CompareQuerySchema,
    body: {
      ...json(CompareRequestSchema, 'comparePhotos', 'comparePhotoUrls', 'compareStoredVector'),
      'multipart/form-data': {
        kind: 'form',
        schema: CompareFormSchema,
        parts: {
          source: FILE_MEDIA_TYPES,
          target: FILE_MEDIA_TYPES,
          SimilarityThreshold: ['text/plain'],
        },
      },
    },
    response: {
      description: 'Which faces of the target are those of the source.',
      content: json(CompareResponseSchema),
    },
    errors: [...INFERENCE_ERRORS, 'embedding_space_mismatch', 'no_face_found', 'multiple_faces_found'],
  },
  serverLive: {
    method: 'GET',
    path: '/v2/health/live',
    tag: 'Health',
    summary: 'Whether the process answers',
    description: 'For liveness probes. It does not depend on models, queues or other machines.',
    auth: false,
    inference: false,
    requestHeaders: ['requestId'],
    response: { description: 'The process answers.', content: json(ServerLiveSchema) },
    errors: [],
  },
  serverReady: {
    method: 'GET',
    path: '/v2/health/ready',
    tag: 'Health',
    summary: 'Whether the service can answer requests',
    description:
      'For readiness probes: 200 when the default model is loaded and warm, 503 before that and once the process is told to end.',
    auth: false,
    inference: false,
    requestHeaders: ['requestId'],
    response: { description: 'The service is ready.', content: json(ServerReadySchema) },
    errors: ['not_ready', 'shutting_down'],
  },
  modelMetadata: {
    method: 'GET',
    path: '/v2/models/{name}',
    tag: 'Models',
    summary: 'A model and its loaded versions',
    description: 'What the default version takes and gives, its embedding space, and what its similarities mean.',
    auth: true,
    inference: false,
    requestHeaders: ['requestId'],
    pathParams: ModelParamsSchema,
    response: { description: 'The model.', content: json(ModelMetadataSchema) },
    errors: [...AUTH_ERRORS, 'not_found', 'not_ready', 'internal'],
  },
  modelReady: {
    method: 'GET',
    path: '/v2/models/{name}/ready',
    tag: 'Models',
    summary: 'Whether the default version of a model is ready',
    description: '200 when it is loaded and warm, 503 while it is not.',
    auth: true,
    inference: false,
    requestHeaders: ['requestId'],
    pathParams: ModelParamsSchema,
    response: { description: 'The version is ready.', content: json(ModelReadySchema) },
    errors: [...AUTH_ERRORS, 'not_found', 'not_ready', 'internal'],
  },
  modelVersionMetadata: {
    method: 'GET',
    path: '/v2/models/{name}/versions/{version}',
    tag: 'Models',
    summary: 'One version of a model',
    description: 'What the version takes and gives, its embedding space, and what its similarities mean.',
    auth: true,
    inference: false,
    requestHeaders: ['requestId'],
    pathParams: ModelVersionParamsSchema,
    response: { description: 'The version.', content: json(ModelMetadataSchema) },
    errors: [...AUTH_ERRORS, 'not_found', 'not_ready', 'internal'],
  },
  modelVersionReady: {
    method: 'GET',
    path: '/v2/models/{name}/versions/{version}/ready',
    tag: 'Models',
    summary: 'Whether one version of a model is ready',
    description: '200 when it is loaded and warm, 503 while it is not.',
    auth: true,
    inference: false,
    requestHeaders: ['requestId'],
    pathParams: ModelVersionParamsSchema,
    response: { description: 'The version is ready.', content: json(ModelReadySchema) },
    errors: [...AUTH_ERRORS, 'not_found', 'not_ready', 'internal'],
  },
  openApi: {
    method: 'GET',
    path: '/openapi.json',
    tag: 'Reference',
    summary: 'This document',
    description: 'The OpenAPI 3.1 document of the service. /docs shows it in an explorer.',
    auth: false,
    inference: false,
    requestHeaders: ['requestId'],
    response: {
      description: 'The OpenAPI document.',
      content: json(Type.Object({}, { description: 'An OpenAPI 3.1 document.', additionalProperties: true })),
    },
    errors: [],
  },
} as const satisfies Record<string, Operation>;
export type OperationId = keyof typeof OPERATIONS;

/** Every call on the private port. They are in no public document: the port is for the operator and for Prometheus. */
export const PRIVATE_OPERATIONS = {
  serving: {
    method: 'GET',
    path: '/serving',
    summary: 'What this process serves',
    response: { description: 'The plan that is followed and the state of each version.', content: json(ServingSchema) },
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics for Prometheus',
    response: { description: 'The text format of Prometheus.', content: { 'text/plain': bytes } },
  },
} as const satisfies Record<string, Pick<Operation, 'method' | 'path' | 'summary' | 'response'>>;
