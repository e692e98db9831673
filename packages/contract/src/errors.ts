import { LIMITS } from './limits.js';
import type { ProblemMember, ProblemMembers } from './problem-members.js';

/** What the table says of one error code. */
interface ErrorDefinition {
  /** HTTP status of the answer. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 417 | 422 | 429 | 431 | 500 | 503 | 504;
  /** The same few words each time the code occurs (RFC 9457 `title`). */
  readonly title: string;
  /** When the service answers this. */
  readonly meaning: string;
  /** What the caller can do about it. */
  readonly fix: string;
  /** Whether the same request, sent again unchanged, may succeed. */
  readonly retryable: boolean;
  /** Members that the problem always carries, beside those that all problems have. */
  readonly requires: readonly ProblemMember[];
  /** Members that the problem carries where they apply. */
  readonly allows: readonly ProblemMember[];
  /** A problem as a caller may meet it. */
  readonly example: { readonly detail: string; readonly members: Readonly<Partial<ProblemMembers>> };
}

/**
 * Every error that the service answers, by its code: the one source of the HTTP status, the OpenAPI document,
 * docs/errors.md and the error classes of the SDK. A code never changes its status or its meaning.
 */
export const ERRORS = {
  invalid_json: {
    status: 400,
    title: 'The body is not JSON',
    meaning:
      'The Content-Type of the body, or of a part of a form, is application/json and it cannot be parsed as JSON.',
    fix: 'Send well-formed JSON in UTF-8. To send the bytes of a photo, set Content-Type to image/jpeg, image/png or image/bmp.',
    retryable: false,
    requires: [],
    allows: ['parameter'],
    example: { detail: 'the body must be JSON; parsing stopped at position 17', members: {} },
  },
  invalid_parameter: {
    status: 400,
    title: 'A parameter is not valid',
    meaning:
      'A field of the body, a part of a form, a query parameter or a request header is unknown, has the wrong type or lies outside its limits; or the body is no well-formed multipart/form-data.',
    fix: 'Correct what `parameter` names; `detail` says what was expected and what came.',
    retryable: false,
    requires: ['parameter'],
    allows: [],
    example: {
      detail: 'query parameter max_faces must be >= 1, received 0',
      members: { parameter: 'max_faces' },
    },
  },
  image_source_missing: {
    status: 400,
    title: 'No photo was given',
    meaning:
      'The body is empty, or neither `url` nor `img` (nor, in /compare, `face_hash`) is given, or a part of a form is missing or empty.',
    fix: 'Give exactly one of `url` and `img`, or send the photo itself as the body or as a part of a form.',
    retryable: false,
    requires: [],
    allows: ['parameter'],
    example: {
      detail: 'source is missing; give a photo or a stored vector',
      members: { parameter: 'source' },
    },
  },
  image_source_ambiguous: {
    status: 400,
    title: 'More than one photo was given',
    meaning:
      'More than one of `url`, `img` and `face_hash` is given where exactly one is expected, or a form has a part twice.',
    fix: 'Give exactly one. The service does not guess which one is meant.',
    retryable: false,
    requires: [],
    allows: ['parameter'],
    example: {
      detail: 'source has face_hash and a photo; give exactly one of `url`, `img` and `face_hash`',
      members: { parameter: 'source' },
    },
  },
  invalid_base64: {
    status: 400,
    title: 'The photo is not base64',
    meaning:
      '`img` is neither base64 (RFC 4648, standard or URL-safe alphabet) nor a data: URL with base64 content. Line breaks and indentation are passed over; padding may be left out. A single space within a line is refused: it is a "+" that was decoded as a form.',
    fix: 'Encode the bytes of the photo as base64, optionally as data:image/jpeg;base64,...; `detail` names the first character that does not belong there.',
    retryable: false,
    requires: ['parameter'],
    allows: [],
    example: {
      detail: 'img must be base64 or a data: URL; character 1042 is "%" (U+0025)',
      members: { parameter: 'img' },
    },
  },
  malformed_request: {
    status: 400,
    title: 'The request is not HTTP/1.1',
    meaning:
      'The bytes on the connection are no request of HTTP/1.1: the request line, a header or the length of the body is wrong. The connection is closed.',
    fix: 'Look at `detail`, and at what stands between you and the service. The service speaks HTTP/1.1 without TLS; HTTP/2 and TLS are for the proxy before it.',
    retryable: false,
    requires: [],
    allows: [],
    example: { detail: 'the request cannot be parsed as HTTP/1.1: Invalid method encountered', members: {} },
  },
  unauthorized: {
    status: 401,
    title: 'A key is needed',
    meaning: 'The service wants a key and the request has none, or one that the service does not know.',
    fix: 'Send `Authorization: Bearer KEY` or `X-Api-Key: KEY` with a key that the operator of the service gave you.',
    retryable: false,
    requires: [],
    allows: [],
    example: { detail: 'a key is needed: send it as "Authorization: Bearer KEY" or "X-Api-Key: KEY"', members: {} },
  },
  forbidden: {
    status: 403,
    title: 'This key may not do this',
    meaning: 'The key is known, and it may not be used for this call.',
    fix: 'Ask the operator of the service to allow the call for this key, or use another key.',
    retryable: false,
    requires: [],
    allows: [],
    example: { detail: 'the key of client "check-in" does not allow compareFaces', members: {} },
  },
  not_found: {
    status: 404,
    title: 'There is nothing here',
    meaning: 'The path is none of the service, or it names a model or a version that the service does not serve.',
    fix: 'Check the path against /openapi.json, and names of models against /v2/models/{name}.',
    retryable: false,
    requires: [],
    allows: ['loadedVersions'],
    example: {
      detail: 'model default, version 3.0.0, is not served; loaded versions: 2.0.0, 2.1.0',
      members: { loadedVersions: ['2.0.0', '2.1.0'] },
    },
  },
  method_not_allowed: {
    status: 405,
    title: 'The path exists, the method does not',
    meaning: 'The path answers other methods than the one that was used. The header `Allow` lists them.',
    fix: 'Use one of `allowedMethods`. Faces are asked for with POST.',
    retryable: false,
    requires: ['allowedMethods'],
    allows: [],
    example: { detail: '/face_comparison answers POST, received GET', members: { allowedMethods: ['POST'] } },
  },
  request_timeout: {
    status: 408,
    title: 'The request came too slowly',
    meaning:
      'The head or the body of the request had not arrived in whole when its time was over. The connection is closed.',
    fix: 'Send it again, on a new connection. Over a slow line send a smaller photo (1280 pixels on the longer side are plenty).',
    retryable: true,
    requires: ['deadlineMs'],
    allows: ['receivedBytes'],
    example: {
      detail: 'the body did not arrive in whole within 30000 ms; 1048576 bytes came',
      members: { deadlineMs: 30_000, receivedBytes: 1_048_576 },
    },
  },
  model_version_unavailable: {
    status: 409,
    title: 'That model version is not loaded',
    meaning:
      'The request pins a model version (header Face-Model-Version, or the FaceModelVersion of a stored vector) that this service does not have loaded. It is never answered by another version in silence.',
    fix: 'Pin one of `loadedVersions`, or drop the pin. Vectors of a version that is gone for good have to be made again from the photos.',
    retryable: false,
    requires: ['loadedVersions'],
    allows: ['parameter'],
    example: {
      detail: 'model version 1.2.0 is not loaded; loaded: 2.0.0, 2.1.0',
      members: { loadedVersions: ['2.0.0', '2.1.0'] },
    },
  },
  embedding_space_mismatch: {
    status: 409,
    title: 'These vectors cannot be compared',
    meaning:
      'Two sides of a comparison belong to different embedding spaces: two stored vectors, or a stored vector and the version that the request pins. A number computed from them would mean nothing.',
    fix: 'Compare vectors of one space only: drop the pin, so that the version of the stored vector answers, or make the vector again from the photo.',
    retryable: false,
    requires: ['embeddingSpaces'],
    allows: ['parameter'],
    example: {
      detail:
        'source: a vector of model version 3.0.0 (space 0c6d2a7719be4f38) cannot be compared in model version 2.0.0 (space 83b1f0a94cd2e675)',
      members: { embeddingSpaces: ['0c6d2a7719be4f38', '83b1f0a94cd2e675'], parameter: 'source.FaceModelVersion' },
    },
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'The body of the request has more bytes than the service takes. It was not read to its end.',
    fix: 'Send a smaller photo (1280 pixels on the longer side are plenty), or send a URL.',
    retryable: false,
    requires: ['limitBytes'],
    allows: ['receivedBytes'],
    example: {
      detail: 'the body may have 16777216 bytes; it has 20971520',
      members: { limitBytes: 16_777_216, receivedBytes: 20_971_520 },
    },
  },
  image_too_large: {
    status: 413,
    title: 'The photo has too many bytes',
    meaning:
      'The encoded photo, in the body, in a part of a form or behind the URL, has more bytes than the service takes. A download is stopped at the limit.',
    fix: 'Save the photo with a higher compression or a smaller size.',
    retryable: false,
    requires: ['limitBytes'],
    allows: ['receivedBytes', 'parameter'],
    example: {
      detail: 'the image behind url may have 10485760 bytes; the download was stopped there',
      members: { limitBytes: 10_485_760, parameter: 'url' },
    },
  },
  unsupported_media_type: {
    status: 415,
    title: 'The Content-Type is not supported',
    meaning:
      'The Content-Type of the request is missing, or it is none that this call takes; or that of a part of a form is none that the part may have.',
    fix: 'Use one of `acceptedMediaTypes`.',
    retryable: false,
    requires: ['acceptedMediaTypes'],
    allows: ['parameter'],
    example: {
      detail: 'Content-Type must be application/json or multipart/form-data; received "text/plain"',
      members: { acceptedMediaTypes: ['application/json', 'multipart/form-data'] },
    },
  },
  expectation_failed: {
    status: 417,
    title: 'The expectation cannot be met',
    meaning: 'The header Expect asks for something other than 100-continue.',
    fix: 'Leave Expect out, or send `Expect: 100-continue`.',
    retryable: false,
    requires: ['parameter'],
    allows: [],
    example: { detail: 'Expect must be 100-continue, received "200-ok"', members: { parameter: 'Expect' } },
  },
  unsupported_image_format: {
    status: 422,
    title: 'The photo is not JPEG, PNG or BMP',
    meaning:
      'The first bytes of the photo are those of no format that the service reads. Names and media types do not count.',
    fix: 'Convert the photo to one of `acceptedFormats`. Behind a URL, look whether it answers a web page instead of the photo.',
    retryable: false,
    requires: ['acceptedFormats'],
    allows: ['detectedFormat', 'parameter'],
    example: {
      detail: 'the image is an SVG drawing; expected a JPEG, PNG or BMP (told by the bytes, not by the name)',
      members: { parameter: 'img', detectedFormat: 'svg', acceptedFormats: ['jpeg', 'png', 'bmp'] },
    },
  },
  image_undecodable: {
    status: 422,
    title: 'The photo is damaged',
    meaning:
      'The photo begins as JPEG, PNG or BMP, and its pixels cannot be decoded completely: the file is cut off or damaged. A photo is never answered in part: lost or wrong pixels would make another person of a face. A JPEG whose pixels are complete is accepted without its end marker.',
    fix: 'Open the file in a viewer and save it again; look whether the upload or the download was complete.',
    retryable: false,
    requires: [],
    allows: ['detectedFormat', 'parameter'],
    example: {
      detail: 'the JPEG is damaged: its data ends before its last pixels',
      members: { parameter: 'img', detectedFormat: 'jpeg' },
    },
  },
  image_dimensions_exceeded: {
    status: 422,
    title: 'The photo has too many pixels',
    meaning: `The longest side of the photo, by its header, exceeds the limit of its format: by default ${LIMITS.maxSidePx} pixels for PNG and BMP, and ${LIMITS.maxJpegSidePx} for JPEG, which is decoded at a reduced scale. A progressive JPEG may have fewer pixels, because a decoder keeps all of its coefficients. The photo was not decoded.`,
    fix: 'Scale the photo down so that its longest side is at most `maxSidePx` pixels, or save it as a baseline JPEG.',
    retryable: false,
    requires: ['maxSidePx', 'widthPx', 'heightPx'],
    allows: ['parameter'],
    example: {
      detail:
        'the PNG is 60000x60000 pixels; the longest side of a PNG may be 4096 pixels; scale it down and try again',
      members: { maxSidePx: 4096, widthPx: 60_000, heightPx: 60_000, parameter: 'url' },
    },
  },
  url_not_allowed: {
    status: 422,
    title: 'The service may not fetch this URL',
    meaning:
      'The URL is no valid http, https or s3 URL, or it (or a redirect from it) leads to an address that is not public, or to a host, port or bucket that the operator of the service does not allow.',
    fix: 'Use a public URL, send the photo itself, or ask the operator of the service to allow the host or the bucket.',
    retryable: false,
    requires: ['parameter'],
    allows: [],
    example: {
      detail:
        'the host of url, or one that it redirects to, is not allowed; only public hosts are, and those that the operator of the service allows',
      members: { parameter: 'url' },
    },
  },
  url_unreachable: {
    status: 422,
    title: 'The URL gave no photo',
    meaning:
      'The host of the URL could not be found or reached, answered too late, redirected too often or answered with an error.',
    fix: 'Open the URL from elsewhere; `upstreamStatus` is the status it answered. Where the host was only slow, send the request again.',
    retryable: true,
    requires: ['parameter'],
    allows: ['upstreamStatus'],
    example: {
      detail: 'the host of source.url answered 404',
      members: { parameter: 'source.url', upstreamStatus: 404 },
    },
  },
  no_face_found: {
    status: 422,
    title: 'The source photo has no face',
    meaning:
      'The photo given as `source` of /compare has no face, so there is nothing to compare with. A target without a face is no error: there are no matches then. /face_comparison answers an empty list and never this.',
    fix: 'Use a photo in which the face is not covered and is at least 20 pixels wide, or try detail=high.',
    retryable: false,
    requires: ['parameter'],
    allows: [],
    example: { detail: 'source: no face was found in the photo', members: { parameter: 'source' } },
  },
  multiple_faces_found: {
    status: 422,
    title: 'The source photo has several faces',
    meaning:
      'The request has source_face=only, and the photo given as `source` of /compare has a second face of more than a quarter of the area of the face that would be compared.',
    fix: 'Use a photo of one person, crop it to the face that is meant, or leave source_face out to compare the largest face.',
    retryable: false,
    requires: ['parameter', 'faceCount'],
    allows: [],
    example: {
      detail:
        'source: expected one face, found 3 of more than a quarter of the area of the face that would be compared',
      members: { parameter: 'source', faceCount: 3 },
    },
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests from this client',
    meaning: 'This key (or, without keys, this address) has used up its requests for now.',
    fix: 'Wait as long as Retry-After says. Ask the operator of the service for a higher limit if this happens often.',
    retryable: true,
    requires: ['retryAfterSeconds'],
    allows: [],
    example: {
      detail: 'this client may send 10 requests in the time that it is given; try again in 12 s',
      members: { retryAfterSeconds: 12 },
    },
  },
  overloaded: {
    status: 429,
    title: 'The service is busy',
    meaning: 'The queue is full, whoever filled it. The request was not begun.',
    fix: 'Wait as long as Retry-After says and send it again, to the same or another replica. Lasting overload needs more replicas.',
    retryable: true,
    requires: ['retryAfterSeconds'],
    allows: [],
    example: {
      detail: 'the queue is full (64 requests are waiting); try again in 1 s',
      members: { retryAfterSeconds: 1 },
    },
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    meaning:
      'The request line and the headers have more bytes together than the service reads. The connection is closed.',
    fix: 'Send fewer and shorter headers (cookies are not used here). A photo belongs into the body and not into the path.',
    retryable: false,
    requires: ['limitBytes'],
    allows: [],
    example: {
      detail: 'the request line and the headers may have 16384 bytes together',
      members: { limitBytes: 16_384 },
    },
  },
  internal: {
    status: 500,
    title: 'The service failed',
    meaning:
      'Something broke inside the service. What it was is in its log under the `requestId` and not in the answer.',
    fix: 'Send the request again once. If it fails again, give the `requestId` to the operator of the service.',
    retryable: true,
    requires: [],
    allows: [],
    example: {
      detail: 'the service failed to answer; the log has more under this request id',
      members: {},
    },
  },
  not_ready: {
    status: 503,
    title: 'No model is ready yet',
    meaning: 'The process has started and its default model is still being downloaded, loaded or warmed.',
    fix: 'Wait as long as Retry-After says. /v2/health/ready turns to 200 when the service is ready.',
    retryable: true,
    requires: ['retryAfterSeconds'],
    allows: [],
    example: { detail: 'model version 2.0.0 is not ready yet; try again in 2 s', members: { retryAfterSeconds: 2 } },
  },
  shutting_down: {
    status: 503,
    title: 'This replica is going away',
    meaning: 'The process was told to end. It finishes what it has begun and takes nothing new.',
    fix: 'Send the request again on a new connection; another replica will answer.',
    retryable: true,
    requires: ['retryAfterSeconds'],
    allows: [],
    example: { detail: 'this replica is shutting down; try again in 1 s', members: { retryAfterSeconds: 1 } },
  },
  deadline_exceeded: {
    status: 504,
    title: 'The request took too long',
    meaning:
      'Fetching, waiting in the queue and computing took longer together than a request may take. The work was given up.',
    fix: 'Send it again later. `Server-Timing` says where the time went: a slow host (fetch), a busy service (queue) or a large photo.',
    retryable: true,
    requires: ['deadlineMs'],
    allows: [],
    example: {
      detail: 'the request was not answered within 10000 ms; the image behind url was still being fetched',
      members: { deadlineMs: 10_000 },
    },
  },
} as const satisfies Record<string, ErrorDefinition>;

/** A code of the error table; programs switch on it. */
export type ErrorCode = keyof typeof ERRORS;

/** Whether a text, for example the `code` of an answer, is a code of the table. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** Every code, in the order of the table (by status). */
export const ERROR_CODES: readonly ErrorCode[] = Object.keys(ERRORS).filter(isErrorCode);
