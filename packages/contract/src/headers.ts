import Type from 'typebox';

import { EmbeddingSpaceSchema, ModelVersionSchema } from './schemas.js';

/** Header names in the spelling of the documents; names of headers are not case-sensitive. */
export const HEADERS = {
  modelVersion: 'Face-Model-Version',
  embeddingSpace: 'Face-Embedding-Space',
  requestId: 'X-Request-Id',
  serverTiming: 'Server-Timing',
  retryAfter: 'Retry-After',
  rateLimitLimit: 'RateLimit-Limit',
  rateLimitRemaining: 'RateLimit-Remaining',
  rateLimitReset: 'RateLimit-Reset',
  allow: 'Allow',
  wwwAuthenticate: 'WWW-Authenticate',
  apiKey: 'X-Api-Key',
} as const;

/** The metrics of Server-Timing, in milliseconds, in the order in which they pass. */
export const SERVER_TIMING_METRICS = {
  fetch: 'fetching the photo from its URL',
  queue: 'waiting for a free lane',
  decode: 'decoding the photo',
  detect: 'finding the faces',
  embed: 'making the vectors',
} as const;
export type ServerTimingMetric = keyof typeof SERVER_TIMING_METRICS;

const requestIdExamples = ['0d5c3a52-6f0e-4f0e-9f6b-4f3c9a0d8c11'];

/** An id that is echoed, and the id of every answer: printable ASCII without the space, safe in a header, a log line and a problem. */
export const RequestIdSchema = Type.String({ pattern: '^[!-~]{1,128}$', examples: requestIdExamples });

/** Headers that a request may carry, beside a key. */
export const REQUEST_HEADERS = {
  modelVersion: {
    name: HEADERS.modelVersion,
    description:
      'Pins the request to a version of the model: it is answered by that version or with model_version_unavailable, never by another.',
    schema: ModelVersionSchema,
  },
  requestId: {
    name: HEADERS.requestId,
    description:
      'An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes.',
    // No pattern: no value is rejected.
    schema: Type.String({ examples: requestIdExamples }),
  },
} as const;
export type RequestHeader = keyof typeof REQUEST_HEADERS;

/** Headers of answers. */
export const RESPONSE_HEADERS = {
  modelVersion: {
    name: HEADERS.modelVersion,
    description:
      'The model version that answered; the default one where none was needed. Absent until a model is ready.',
    schema: ModelVersionSchema,
  },
  embeddingSpace: {
    name: HEADERS.embeddingSpace,
    description:
      'The embedding space of that version. Vectors can be compared when they are of the same space. Absent until a model is ready.',
    schema: EmbeddingSpaceSchema,
  },
  requestId: {
    name: HEADERS.requestId,
    description: 'The id of the request: yours if you sent a valid one, else one that the service made.',
    schema: RequestIdSchema,
  },
  serverTiming: {
    name: HEADERS.serverTiming,
    description: `Where the time went, in milliseconds (W3C Server Timing): ${Object.entries(SERVER_TIMING_METRICS)
      .map(([metric, meaning]) => `${metric} (${meaning})`)
      .join(', ')}. What did not happen is left out. An answer from memory says cache;desc=hit.`,
    schema: Type.String({
      examples: ['fetch;dur=42.1, queue;dur=0.4, decode;dur=5.2, detect;dur=11.8, embed;dur=21.3'],
    }),
  },
  retryAfter: {
    name: HEADERS.retryAfter,
    description: 'Seconds to wait before the next try.',
    schema: Type.Integer({ format: 'int32', minimum: 0, examples: [1] }),
  },
  rateLimitLimit: {
    name: HEADERS.rateLimitLimit,
    description: 'How many requests this client may send per window. Sent where the service limits the rate.',
    schema: Type.Integer({ format: 'int32', minimum: 1, examples: [20] }),
  },
  rateLimitRemaining: {
    name: HEADERS.rateLimitRemaining,
    description: 'How many requests are left in the current window.',
    schema: Type.Integer({ format: 'int32', minimum: 0, examples: [19] }),
  },
  rateLimitReset: {
    name: HEADERS.rateLimitReset,
    description: 'Seconds until the window ends and the count starts again.',
    schema: Type.Integer({ format: 'int32', minimum: 0, examples: [1] }),
  },
  allow: {
    name: HEADERS.allow,
    description: 'The methods that the path answers.',
    schema: Type.String({ examples: ['POST'] }),
  },
  wwwAuthenticate: {
    name: HEADERS.wwwAuthenticate,
    description: 'How to show a key (RFC 9110 demands it with 401).',
    schema: Type.String({ examples: ['Bearer'] }),
  },
} as const;
export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

/** How a request shows its key, where the service wants one. Either will do. */
export const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer KEY' },
  apiKey: { type: 'apiKey', in: 'header', name: HEADERS.apiKey, description: 'X-Api-Key: KEY' },
} as const;
