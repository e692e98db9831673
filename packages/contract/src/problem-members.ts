import Type, { type Static } from 'typebox';

/**
 * Members that a problem may carry beside those of RFC 9457, so that a program need not read `detail`.
 * Which code carries which is in the error table.
 */
export const PROBLEM_MEMBERS = {
  parameter: Type.String({
    title: 'Parameter',
    description:
      'What is wrong, by name: a field of the body as a path (`source.url`), a query parameter or a request header.',
    examples: ['source.url', 'max_faces'],
  }),
  loadedVersions: Type.Array(Type.String(), {
    maxItems: 1000,
    title: 'Loaded versions',
    description: 'The model versions that can be pinned now.',
    examples: [['2.0.0', '2.1.0']],
  }),
  embeddingSpaces: Type.Array(Type.String(), {
    maxItems: 1000,
    title: 'Embedding spaces',
    description: 'The spaces that do not fit together.',
    examples: [['83b1f0a94cd2e675', '0c6d2a7719be4f38']],
  }),
  allowedMethods: Type.Array(Type.String(), {
    maxItems: 1000,
    title: 'Allowed methods',
    description: 'The methods that the path answers; also in the header Allow.',
    examples: [['POST']],
  }),
  acceptedMediaTypes: Type.Array(Type.String(), {
    maxItems: 1000,
    title: 'Accepted media types',
    description: 'What Content-Type may be.',
    examples: [['application/json', 'image/*']],
  }),
  acceptedFormats: Type.Array(Type.String(), {
    maxItems: 1000,
    title: 'Accepted formats',
    description: 'The image formats that the service reads.',
    examples: [['jpeg', 'png', 'bmp']],
  }),
  detectedFormat: Type.String({
    title: 'Detected format',
    description: 'What the first bytes of the photo are, where they are known.',
    examples: ['svg'],
  }),
  limitBytes: Type.Integer({
    format: 'int64',
    title: 'Limit',
    description: 'How many bytes are allowed.',
    examples: [10_485_760],
  }),
  receivedBytes: Type.Integer({
    format: 'int64',
    title: 'Received',
    description: 'How many bytes came or were announced, where that is known.',
    examples: [20_971_520],
  }),
  maxSidePx: Type.Integer({
    format: 'int32',
    title: 'Longest side allowed',
    description: 'How many pixels the longest side of a photo of this format may have.',
    examples: [4096],
  }),
  widthPx: Type.Integer({
    format: 'int32',
    title: 'Width',
    description: 'Width of the photo in pixels.',
    examples: [60_000],
  }),
  heightPx: Type.Integer({
    format: 'int32',
    title: 'Height',
    description: 'Height of the photo in pixels.',
    examples: [60_000],
  }),
  faceCount: Type.Integer({
    format: 'int32',
    title: 'Face count',
    description: 'How many faces the photo has.',
    examples: [3],
  }),
  upstreamStatus: Type.Integer({
    format: 'int32',
    title: 'Upstream status',
    description: 'The HTTP status that the host of the URL answered, where it answered.',
    examples: [404],
  }),
  retryAfterSeconds: Type.Integer({
    format: 'int32',
    minimum: 0,
    title: 'Retry after',
    description: 'Seconds to wait before the next try; the same number as in the header Retry-After.',
    examples: [1],
  }),
  deadlineMs: Type.Integer({
    format: 'int64',
    title: 'Deadline',
    description: 'How many milliseconds a request may take.',
    examples: [10_000],
  }),
};

/** The name of such a member. */
export type ProblemMember = keyof typeof PROBLEM_MEMBERS;

/** All such members and their types. */
export type ProblemMembers = { [M in ProblemMember]: Static<(typeof PROBLEM_MEMBERS)[M]> };
