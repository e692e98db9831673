// Made from packages/contract by `npm run generate`. Do not edit.
import { FaceComparisonError } from '../errors/face-comparison-error.js';

/**
 * `invalid_json` (400). The Content-Type of the body, or of a part of a form, is application/json and it cannot be parsed as JSON.
 *
 * Send well-formed JSON in UTF-8. To send the bytes of a photo, set Content-Type to image/jpeg, image/png or image/bmp.
 */
export class InvalidJsonError extends FaceComparisonError {
  static override readonly code = 'invalid_json';
  declare readonly code: 'invalid_json';
}

/**
 * `invalid_parameter` (400). A field of the body, a part of a form, a query parameter or a request header is unknown, has the wrong type or lies outside its limits; or the body is no well-formed multipart/form-data.
 *
 * Correct what `parameter` names; `detail` says what was expected and what came.
 */
export class InvalidParameterError extends FaceComparisonError {
  static override readonly code = 'invalid_parameter';
  declare readonly code: 'invalid_parameter';
}

/**
 * `image_source_missing` (400). The body is empty, or neither `url` nor `img` (nor, in /compare, `face_hash`) is given, or a part of a form is missing or empty.
 *
 * Give exactly one of `url` and `img`, or send the photo itself as the body or as a part of a form.
 */
export class ImageSourceMissingError extends FaceComparisonError {
  static override readonly code = 'image_source_missing';
  declare readonly code: 'image_source_missing';
}

/**
 * `image_source_ambiguous` (400). More than one of `url`, `img` and `face_hash` is given where exactly one is expected, or a form has a part twice.
 *
 * Give exactly one. The service does not guess which one is meant.
 */
export class ImageSourceAmbiguousError extends FaceComparisonError {
  static override readonly code = 'image_source_ambiguous';
  declare readonly code: 'image_source_ambiguous';
}

/**
 * `invalid_base64` (400). `img` is neither base64 (RFC 4648, standard or URL-safe alphabet) nor a data: URL with base64 content. Line breaks and indentation are passed over; padding may be left out. A single space within a line is refused: it is a "+" that was decoded as a form.
 *
 * Encode the bytes of the photo as base64, optionally as data:image/jpeg;base64,...; `detail` names the first character that does not belong there.
 */
export class InvalidBase64Error extends FaceComparisonError {
  static override readonly code = 'invalid_base64';
  declare readonly code: 'invalid_base64';
}

/**
 * `malformed_request` (400). The bytes on the connection are no request of HTTP/1.1: the request line, a header or the length of the body is wrong. The connection is closed.
 *
 * Look at `detail`, and at what stands between you and the service. The service speaks HTTP/1.1 without TLS; HTTP/2 and TLS are for the proxy before it.
 */
export class MalformedRequestError extends FaceComparisonError {
  static override readonly code = 'malformed_request';
  declare readonly code: 'malformed_request';
}

/**
 * `unauthorized` (401). The service wants a key and the request has none, or one that the service does not know.
 *
 * Send `Authorization: Bearer KEY` or `X-Api-Key: KEY` with a key that the operator of the service gave you.
 */
export class UnauthorizedError extends FaceComparisonError {
  static override readonly code = 'unauthorized';
  declare readonly code: 'unauthorized';
}

/**
 * `forbidden` (403). The key is known, and it may not be used for this call.
 *
 * Ask the operator of the service to allow the call for this key, or use another key.
 */
export class ForbiddenError extends FaceComparisonError {
  static override readonly code = 'forbidden';
  declare readonly code: 'forbidden';
}

/**
 * `not_found` (404). The path is none of the service, or it names a model or a version that the service does not serve.
 *
 * Check the path against /openapi.json, and names of models against /v2/models/{name}.
 */
export class NotFoundError extends FaceComparisonError {
  static override readonly code = 'not_found';
  declare readonly code: 'not_found';
}

/**
 * `method_not_allowed` (405). The path answers other methods than the one that was used. The header `Allow` lists them.
 *
 * Use one of `allowedMethods`. Faces are asked for with POST.
 */
export class MethodNotAllowedError extends FaceComparisonError {
  static override readonly code = 'method_not_allowed';
  declare readonly code: 'method_not_allowed';
}

/**
 * `request_timeout` (408). The head or the body of the request had not arrived in whole when its time was over. The connection is closed.
 *
 * Send it again, on a new connection. Over a slow line send a smaller photo (1280 pixels on the longer side are plenty).
 */
export class RequestTimeoutError extends FaceComparisonError {
  static override readonly code = 'request_timeout';
  declare readonly code: 'request_timeout';
}

/**
 * `model_version_unavailable` (409). The request pins a model version (header Face-Model-Version, or the FaceModelVersion of a stored vector) that this service does not have loaded. It is never answered by another version in silence.
 *
 * Pin one of `loadedVersions`, or drop the pin. Vectors of a version that is gone for good have to be made again from the photos.
 */
export class ModelVersionUnavailableError extends FaceComparisonError {
  static override readonly code = 'model_version_unavailable';
  declare readonly code: 'model_version_unavailable';
}

/**
 * `embedding_space_mismatch` (409). Two sides of a comparison belong to different embedding spaces: two stored vectors, or a stored vector and the version that the request pins. A number computed from them would mean nothing.
 *
 * Compare vectors of one space only: drop the pin, so that the version of the stored vector answers, or make the vector again from the photo.
 */
export class EmbeddingSpaceMismatchError extends FaceComparisonError {
  static override readonly code = 'embedding_space_mismatch';
  declare readonly code: 'embedding_space_mismatch';
}

/**
 * `body_too_large` (413). The body of the request has more bytes than the service takes. It was not read to its end.
 *
 * Send a smaller photo (1280 pixels on the longer side are plenty), or send a URL.
 */
export class BodyTooLargeError extends FaceComparisonError {
  static override readonly code = 'body_too_large';
  declare readonly code: 'body_too_large';
}

/**
 * `image_too_large` (413). The encoded photo, in the body, in a part of a form or behind the URL, has more bytes than the service takes. A download is stopped at the limit.
 *
 * Save the photo with a higher compression or a smaller size.
 */
export class ImageTooLargeError extends FaceComparisonError {
  static override readonly code = 'image_too_large';
  declare readonly code: 'image_too_large';
}

/**
 * `unsupported_media_type` (415). The Content-Type of the request is missing, or it is none that this call takes; or that of a part of a form is none that the part may have.
 *
 * Use one of `acceptedMediaTypes`.
 */
export class UnsupportedMediaTypeError extends FaceComparisonError {
  static override readonly code = 'unsupported_media_type';
  declare readonly code: 'unsupported_media_type';
}

/**
 * `expectation_failed` (417). The header Expect asks for something other than 100-continue.
 *
 * Leave Expect out, or send `Expect: 100-continue`.
 */
export class ExpectationFailedError extends FaceComparisonError {
  static override readonly code = 'expectation_failed';
  declare readonly code: 'expectation_failed';
}

/**
 * `unsupported_image_format` (422). The first bytes of the photo are those of no format that the service reads. Names and media types do not count.
 *
 * Convert the photo to one of `acceptedFormats`. Behind a URL, look whether it answers a web page instead of the photo.
 */
export class UnsupportedImageFormatError extends FaceComparisonError {
  static override readonly code = 'unsupported_image_format';
  declare readonly code: 'unsupported_image_format';
}

/**
 * `image_undecodable` (422). The photo begins as JPEG, PNG or BMP, and its pixels cannot be decoded completely: the file is cut off or damaged. A photo is never answered in part: lost or wrong pixels would make another person of a face. A JPEG whose pixels are complete is accepted without its end marker.
 *
 * Open the file in a viewer and save it again; look whether the upload or the download was complete.
 */
export class ImageUndecodableError extends FaceComparisonError {
  static override readonly code = 'image_undecodable';
  declare readonly code: 'image_undecodable';
}

/**
 * `image_dimensions_exceeded` (422). The longest side of the photo, by its header, exceeds the limit of its format: by default 4096 pixels for PNG and BMP, and 16384 for JPEG, which is decoded at a reduced scale. A progressive JPEG may have fewer pixels, because a decoder keeps all of its coefficients. The photo was not decoded.
 *
 * Scale the photo down so that its longest side is at most `maxSidePx` pixels, or save it as a baseline JPEG.
 */
export class ImageDimensionsExceededError extends FaceComparisonError {
  static override readonly code = 'image_dimensions_exceeded';
  declare readonly code: 'image_dimensions_exceeded';
}

/**
 * `url_not_allowed` (422). The URL is no valid http, https or s3 URL, or it (or a redirect from it) leads to an address that is not public, or to a host, port or bucket that the operator of the service does not allow.
 *
 * Use a public URL, send the photo itself, or ask the operator of the service to allow the host or the bucket.
 */
export class UrlNotAllowedError extends FaceComparisonError {
  static override readonly code = 'url_not_allowed';
  declare readonly code: 'url_not_allowed';
}

/**
 * `url_unreachable` (422). The host of the URL could not be found or reached, answered too late, redirected too often or answered with an error.
 *
 * Open the URL from elsewhere; `upstreamStatus` is the status it answered. Where the host was only slow, send the request again.
 */
export class UrlUnreachableError extends FaceComparisonError {
  static override readonly code = 'url_unreachable';
  declare readonly code: 'url_unreachable';
}

/**
 * `no_face_found` (422). The photo given as `source` of /compare has no face, so there is nothing to compare with. A target without a face is no error: there are no matches then. /face_comparison answers an empty list and never this.
 *
 * Use a photo in which the face is not covered and is at least 20 pixels wide, or try detail=high.
 */
export class NoFaceFoundError extends FaceComparisonError {
  static override readonly code = 'no_face_found';
  declare readonly code: 'no_face_found';
}

/**
 * `multiple_faces_found` (422). The request has source_face=only, and the photo given as `source` of /compare has a second face of more than a quarter of the area of the face that would be compared.
 *
 * Use a photo of one person, crop it to the face that is meant, or leave source_face out to compare the largest face.
 */
export class MultipleFacesFoundError extends FaceComparisonError {
  static override readonly code = 'multiple_faces_found';
  declare readonly code: 'multiple_faces_found';
}

/**
 * `rate_limited` (429). This key (or, without keys, this address) has used up its requests for now.
 *
 * Wait as long as Retry-After says. Ask the operator of the service for a higher limit if this happens often.
 */
export class RateLimitedError extends FaceComparisonError {
  static override readonly code = 'rate_limited';
  declare readonly code: 'rate_limited';
}

/**
 * `overloaded` (429). The queue is full, whoever filled it. The request was not begun.
 *
 * Wait as long as Retry-After says and send it again, to the same or another replica. Lasting overload needs more replicas.
 */
export class OverloadedError extends FaceComparisonError {
  static override readonly code = 'overloaded';
  declare readonly code: 'overloaded';
}

/**
 * `headers_too_large` (431). The request line and the headers have more bytes together than the service reads. The connection is closed.
 *
 * Send fewer and shorter headers (cookies are not used here). A photo belongs into the body and not into the path.
 */
export class HeadersTooLargeError extends FaceComparisonError {
  static override readonly code = 'headers_too_large';
  declare readonly code: 'headers_too_large';
}

/**
 * `internal` (500). Something broke inside the service. What it was is in its log under the `requestId` and not in the answer.
 *
 * Send the request again once. If it fails again, give the `requestId` to the operator of the service.
 */
export class InternalError extends FaceComparisonError {
  static override readonly code = 'internal';
  declare readonly code: 'internal';
}

/**
 * `not_ready` (503). The process has started and its default model is still being downloaded, loaded or warmed.
 *
 * Wait as long as Retry-After says. /v2/health/ready turns to 200 when the service is ready.
 */
export class NotReadyError extends FaceComparisonError {
  static override readonly code = 'not_ready';
  declare readonly code: 'not_ready';
}

/**
 * `shutting_down` (503). The process was told to end. It finishes what it has begun and takes nothing new.
 *
 * Send the request again on a new connection; another replica will answer.
 */
export class ShuttingDownError extends FaceComparisonError {
  static override readonly code = 'shutting_down';
  declare readonly code: 'shutting_down';
}

/**
 * `deadline_exceeded` (504). Fetching, waiting in the queue and computing took longer together than a request may take. The work was given up.
 *
 * Send it again later. `Server-Timing` says where the time went: a slow host (fetch), a busy service (queue) or a large photo.
 */
export class DeadlineExceededError extends FaceComparisonError {
  static override readonly code = 'deadline_exceeded';
  declare readonly code: 'deadline_exceeded';
}
