// Made from packages/contract by `npm run generate`. Do not edit.
/** A model, as the Open Inference Protocol describes it. Without a version in the path, parameters are those of the default version. */
export interface ModelInfo {
  /** The name of a model, from its manifest. */
  readonly name: string;
  /** The versions of the model that are loaded and can be pinned. */
  readonly versions: readonly string[];
  /** The framework and the format of the model. */
  readonly platform: string;
  /** What goes in: an encoded photo. */
  readonly inputs: readonly Tensor[];
  /** What comes out for each face. */
  readonly outputs: readonly Tensor[];
  readonly parameters: ModelParameters;
}

/** An error, as RFC 9457 problem details. Ignore members that you do not know. */
export interface Problem {
  /** A URI that names the kind of problem: urn:face-comparison:error: and the code. */
  readonly type: string;
  /** The kind of problem in a few words; the same for each occurrence of the code. */
  readonly title: string;
  /** The HTTP status of this answer. */
  readonly status: number;
  /** What is wrong, what was received and what was expected, for a person. Do not parse it. */
  readonly detail: string;
  /** What went wrong, for a program. A code keeps its meaning and its status; new codes may be added, so treat one that you do not know by its status. Known codes: invalid_json, invalid_parameter, image_source_missing, image_source_ambiguous, invalid_base64, malformed_request, unauthorized, forbidden, not_found, method_not_allowed, request_timeout, model_version_unavailable, embedding_space_mismatch, body_too_large, image_too_large, unsupported_media_type, expectation_failed, unsupported_image_format, image_undecodable, image_dimensions_exceeded, url_not_allowed, url_unreachable, no_face_found, multiple_faces_found, rate_limited, overloaded, headers_too_large, internal, not_ready, shutting_down, deadline_exceeded. */
  readonly code: string;
  /** The same as in the header X-Request-Id; the log of the service has it too. */
  readonly requestId: string;
  /** What is wrong, by name: a field of the body as a path (`source.url`), a query parameter or a request header. */
  readonly parameter?: string;
  /** The model versions that can be pinned now. */
  readonly loadedVersions?: readonly string[];
  /** The spaces that do not fit together. */
  readonly embeddingSpaces?: readonly string[];
  /** The methods that the path answers; also in the header Allow. */
  readonly allowedMethods?: readonly string[];
  /** What Content-Type may be. */
  readonly acceptedMediaTypes?: readonly string[];
  /** The image formats that the service reads. */
  readonly acceptedFormats?: readonly string[];
  /** What the first bytes of the photo are, where they are known. */
  readonly detectedFormat?: string;
  /** How many bytes are allowed. */
  readonly limitBytes?: number;
  /** How many bytes came or were announced, where that is known. */
  readonly receivedBytes?: number;
  /** How many pixels the longest side of a photo of this format may have. */
  readonly maxSidePx?: number;
  /** Width of the photo in pixels. */
  readonly widthPx?: number;
  /** Height of the photo in pixels. */
  readonly heightPx?: number;
  /** How many faces the photo has. */
  readonly faceCount?: number;
  /** The HTTP status that the host of the URL answered, where it answered. */
  readonly upstreamStatus?: number;
  /** Seconds to wait before the next try; the same number as in the header Retry-After. */
  readonly retryAfterSeconds?: number;
  /** How many milliseconds a request may take. */
  readonly deadlineMs?: number;
}

/** What goes into a model or comes out. */
export interface Tensor {
  /** Name of the tensor. */
  readonly name: string;
  /** Type of its elements, in the words of the protocol. */
  readonly datatype: string;
  /** Its sizes; -1 stands for any. */
  readonly shape: readonly number[];
}

/** What a version of a model says of itself beyond the protocol. */
export interface ModelParameters {
  /** The version that all of this is about. */
  readonly version: string;
  /** Whether requests without a pin are answered by this version. */
  readonly default: boolean;
  /** Share of clients in percent that this version answers while it is tried out; absent otherwise. */
  readonly canaryWeight?: number;
  /** The change of the default that is planned; the same for every version, and absent when none lies ahead. */
  readonly switch?: PlannedSwitch;
  /** Vectors can be compared when they belong to the same space: 16 lower-case hex digits. */
  readonly embeddingSpace: string;
  /** How many numbers a face_hash has. */
  readonly vectorLength: number;
  /** The spaces whose vectors can be compared with those of this version: its own, and those it declares and whose parity was measured when it was loaded. */
  readonly comparableWith: readonly string[];
  /** The SimilarityThreshold of a comparison that gives none. */
  readonly defaultThreshold: number;
  readonly calibration: Calibration;
}

/** The instant at which another version becomes the default, on all replicas. */
export interface PlannedSwitch {
  /** The version that becomes the default. */
  readonly to: string;
  /** The instant, in UTC (RFC 3339). */
  readonly at: string;
}

/** How a cosine becomes a similarity. */
export interface Calibration {
  /** similarity = 100 / (1 + exp(-slope * (cosine - midpoint))) */
  readonly kind: 'logistic';
  /** Steepness of the curve. */
  readonly slope: number;
  /** The cosine whose similarity is 50. */
  readonly midpoint: number;
  /** The pairs on which the calibration was measured. */
  readonly measuredOn: string;
  /** What thresholds mean, to choose SimilarityThreshold by. */
  readonly operatingPoints: readonly OperatingPoint[];
}

/** What a threshold means: how many strangers it lets pass, how many pairs of one person it finds. */
export interface OperatingPoint {
  /** Share of pairs of strangers at or above the cosine. */
  readonly far: number;
  /** Share of pairs of one person at or above the cosine. */
  readonly tar: number;
  /** The cosine of the two vectors. */
  readonly cosine: number;
  /** The same as a similarity, 0 to 100. */
  readonly similarity: number;
}
