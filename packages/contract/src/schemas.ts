import Type, { type Static } from 'typebox';

import { PORTRAIT_FACE, PORTRAIT_IN_GROUP, SHORT_FACE_HASH } from './examples.js';
import { LIMITS } from './limits.js';

// Requests are closed: an unknown field is a mistake of the caller and is answered as one. Answers are open: a client
// ignores what it does not know, so that fields can be added. Titles in PascalCase are names of components in the
// OpenAPI document; titles in words are captions.

const closed = { additionalProperties: false } as const;

/** A version of a model, as manifests and the header Face-Model-Version write it. */
export const ModelVersionSchema = Type.String({
  pattern: '^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$',
  title: 'Model version',
  description: 'The version of a model.',
  examples: ['2.0.0'],
});

/** The name of an embedding space. */
export const EmbeddingSpaceSchema = Type.String({
  pattern: '^[0-9a-f]{16}$',
  title: 'Embedding space',
  description: 'Vectors can be compared when they belong to the same space: 16 lower-case hex digits.',
  examples: ['83b1f0a94cd2e675'],
});

// ---- photos

/** What the URL of a photo looks like: a scheme in any case, and for s3 a bucket and a key. */
export const IMAGE_URL_PATTERN = '^([hH][tT][tT][pP][sS]?://|[sS]3://[^/]+/).';

/** A photo by its URL. */
export const ImageUrlSchema = Type.Object(
  {
    url: Type.String({
      pattern: IMAGE_URL_PATTERN,
      maxLength: LIMITS.maxUrlChars,
      title: 'URL',
      description:
        'Where the photo is: http://, https:// or s3://bucket/key. It must lead to a public address (or a bucket) that the service may fetch from, redirects included.',
      examples: ['https://example.com/photos/anna.jpg', 's3://photos/anna.jpg'],
    }),
  },
  {
    ...closed,
    title: 'ImageUrl',
    description: 'A photo by its URL.',
  },
);

/** A photo in the request itself. */
export const ImageDataSchema = Type.Object(
  {
    img: Type.String({
      // The format of OpenAPI for base64: generators of clients take bytes where their language has a type for them.
      format: 'byte',
      minLength: 1,
      title: 'Photo',
      description:
        'The bytes of a JPEG, PNG or BMP file as base64 (standard alphabet), or as a data: URL with base64 content.',
      examples: ['/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP8='],
    }),
  },
  {
    ...closed,
    title: 'ImageData',
    description: 'A photo in the request itself.',
  },
);

/** A photo: exactly one of `url` and `img`. */
export const ImageSourceSchema = Type.Union([ImageUrlSchema, ImageDataSchema], {
  title: 'ImageSource',
  description: `A photo: exactly one of \`url\` and \`img\`. JPEG, PNG or BMP by its bytes, at most ${LIMITS.maxSidePx} pixels on the longest side (a JPEG ${LIMITS.maxJpegSidePx}); EXIF orientation is applied.`,
});
export type ImageSource = Static<typeof ImageSourceSchema>;

// ---- faces

const Fraction = (title: string, description: string, example: number) =>
  Type.Number({ format: 'double', minimum: 0, maximum: 1, title, description, examples: [example] });

const Percent = (title: string, description: string, example: number) =>
  Type.Number({ format: 'double', minimum: 0, maximum: 100, title, description, examples: [example] });

const Degrees = (title: string, description: string, example: number) =>
  Type.Number({ format: 'double', minimum: -180, maximum: 180, title, description, examples: [example] });

/** Where a face is. */
export const BoundingBoxSchema = Type.Object(
  {
    Width: Fraction('Width', 'Width as a fraction of the width of the photo.', 0.3125),
    Height: Fraction('Height', 'Height as a fraction of the height of the photo.', 0.5521),
    Left: Fraction('Left', 'Distance from the left edge as a fraction of the width of the photo.', 0.3422),
    Top: Fraction('Top', 'Distance from the top edge as a fraction of the height of the photo.', 0.1896),
  },
  {
    title: 'BoundingBox',
    description:
      'Where a face is, in fractions of the upright photo (after EXIF orientation). The box of a face that is cut off is clipped to the photo: Left + Width and Top + Height are at most 1.',
    examples: [{ Width: 0.3125, Height: 0.5521, Left: 0.3422, Top: 0.1896 }],
  },
);
export type BoundingBox = Static<typeof BoundingBoxSchema>;

/** The five points of a face, named as Amazon Rekognition names them. */
export const LANDMARK_TYPES = ['eyeLeft', 'eyeRight', 'nose', 'mouthLeft', 'mouthRight'] as const;

/** A point of a face. */
export const LandmarkSchema = Type.Object(
  {
    Type: Type.Enum([...LANDMARK_TYPES], {
      type: 'string',
      title: 'Type',
      description:
        'Which point. Left and right are those of the picture, as in Amazon Rekognition: eyeLeft is the eye at the left of an upright face in the picture, which is the right eye of the person.',
      examples: ['eyeLeft'],
    }),
    // A corner of the mouth of a face that is cut off lies beyond the edge: no limits.
    X: Type.Number({
      format: 'double',
      title: 'X',
      description:
        'Distance from the left edge as a fraction of the width of the photo; below 0 or above 1 where the point lies outside.',
      examples: [0.4432],
    }),
    Y: Type.Number({
      format: 'double',
      title: 'Y',
      description:
        'Distance from the top edge as a fraction of the height of the photo; below 0 or above 1 where the point lies outside.',
      examples: [0.4012],
    }),
  },
  {
    title: 'Landmark',
    description: 'A point of a face, in fractions of the upright photo.',
    examples: [{ Type: 'eyeLeft', X: 0.4432, Y: 0.4012 }],
  },
);
export type Landmark = Static<typeof LandmarkSchema>;

/** How a head is turned. */
export const PoseSchema = Type.Object(
  {
    Roll: Degrees(
      'Roll',
      'Head tilted in the plane of the picture; positive is clockwise as seen by the viewer.',
      -3.2,
    ),
    Yaw: Degrees('Yaw', 'Head turned sideways; positive is towards the right of the picture.', 8.5),
    Pitch: Degrees('Pitch', 'Head nodding; positive is up.', -1.4),
  },
  {
    title: 'Pose',
    description:
      'How the head is turned, in degrees, estimated from the five landmarks. 0, 0, 0 looks into the camera.',
    examples: [{ Roll: -3.2, Yaw: 8.5, Pitch: -1.4 }],
  },
);
export type Pose = Static<typeof PoseSchema>;

/** How well a face can be seen. */
export const QualitySchema = Type.Object(
  {
    Sharpness: Percent('Sharpness', 'How sharp the face is; 100 is sharpest.', 87.3),
    Brightness: Percent('Brightness', 'How bright the face is; 0 is black, 100 is white.', 61.8),
    Pose: PoseSchema,
    FaceSize: Type.Number({
      format: 'double',
      minimum: 0,
      title: 'Face size',
      description: 'Width of the bounding box in pixels of the upright photo. Below 40 the vector is less certain.',
      examples: [200],
    }),
  },
  {
    title: 'Quality',
    description: 'How well the face can be seen. A poor one makes a poor vector.',
    examples: [{ Sharpness: 87.3, Brightness: 61.8, Pose: { Roll: -3.2, Yaw: 8.5, Pitch: -1.4 }, FaceSize: 200 }],
  },
);
export type Quality = Static<typeof QualitySchema>;

/** The vector of a face, as it is answered. */
export const FaceHashSchema = Type.Array(Type.Number({ format: 'double' }), {
  maxItems: LIMITS.maxFaceHashLength,
  title: 'Face hash',
  description:
    'The vector of the face. Its length is given by the model (768 numbers for the default model; examples here are shortened). Store it with FaceModelVersion: vectors of different embedding spaces cannot be compared.',
  examples: [SHORT_FACE_HASH],
});

/** A face that was found. */
export const FaceSchema = Type.Object(
  {
    BoundingBox: BoundingBoxSchema,
    Confidence: Fraction('Confidence', 'How certain it is that this is a face, from 0 to 1.', 0.8736626558685303),
    face_hash: Type.Optional(FaceHashSchema),
    Landmarks: Type.Optional(
      Type.Array(LandmarkSchema, {
        maxItems: LANDMARK_TYPES.length,
        title: 'Landmarks',
        description: 'Five points of the face, each once; with landmarks=true.',
        examples: [[{ Type: 'eyeLeft', X: 0.4432, Y: 0.4012 }]],
      }),
    ),
    Quality: Type.Optional(QualitySchema),
  },
  {
    title: 'Face',
    description:
      'A face that was found. face_hash, Landmarks and Quality are there when the query parameters of the same names ask for them.',
    examples: [{ ...PORTRAIT_FACE, face_hash: SHORT_FACE_HASH }],
  },
);
export type Face = Static<typeof FaceSchema>;

// ---- POST /face_comparison

const Landmarks = Type.Boolean({
  default: false,
  title: 'Landmarks',
  description: 'Whether faces carry their five landmarks.',
  examples: [true],
});
const QualityFlag = Type.Boolean({
  default: false,
  title: 'Quality',
  description: 'Whether faces carry sharpness, brightness, pose and size.',
  examples: [true],
});
const MinConfidence = Type.Number({
  format: 'double',
  minimum: 0,
  maximum: 1,
  default: 0,
  title: 'Minimum confidence',
  description: 'Faces whose Confidence is below this are left out, from 0 to 1.',
  examples: [0.8],
});
const Detail = Type.Enum(['normal', 'high'], {
  type: 'string',
  default: 'normal',
  title: 'Detail',
  description:
    'How closely to look: `normal` costs the same for every photo; `high` finds smaller faces in large photos of crowds and takes several times as long.',
  examples: ['high'],
});

/** Query parameters of POST /face_comparison. */
export const FaceComparisonQuerySchema = Type.Object(
  {
    landmarks: Type.Optional(Landmarks),
    quality: Type.Optional(QualityFlag),
    face_hash: Type.Optional(
      Type.Boolean({
        default: true,
        title: 'Face hash',
        description: 'Whether faces carry their vector. Without it the answer comes sooner.',
        examples: [false],
      }),
    ),
    max_faces: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        maximum: LIMITS.maxFaces,
        title: 'Most faces',
        description: 'How many faces to answer at most, the largest first; all of them (up to 100) unless given.',
        examples: [1],
      }),
    ),
    min_confidence: Type.Optional(MinConfidence),
    detail: Type.Optional(Detail),
  },
  { ...closed, title: 'FaceComparisonQuery', description: 'What to answer about each face.' },
);
export type FaceComparisonQuery = Static<typeof FaceComparisonQuerySchema>;

/** JSON body of POST /face_comparison. */
export const FaceComparisonRequestSchema = ImageSourceSchema;
export type FaceComparisonRequest = ImageSource;

const FaceModelVersion = {
  ...ModelVersionSchema,
  title: 'Face model version',
  description: 'The version of the model that made this answer. Store it with the vectors.',
};

/** Answer of POST /face_comparison. */
export const FaceComparisonResponseSchema = Type.Object(
  {
    Faces: Type.Array(FaceSchema, {
      maxItems: LIMITS.maxFaces,
      title: 'Faces',
      description: 'The faces of the photo by the area of their boxes, largest first; empty when there is none.',
      examples: [[PORTRAIT_FACE]],
    }),
    FaceModelVersion,
  },
  {
    title: 'FaceComparisonResponse',
    description: 'The faces of a photo.',
    examples: [{ Faces: [{ ...PORTRAIT_FACE, face_hash: SHORT_FACE_HASH }], FaceModelVersion: '2.0.0' }],
  },
);
export type FaceComparisonResponse = Static<typeof FaceComparisonResponseSchema>;

// ---- POST /compare

/** A vector that /face_comparison answered earlier. */
export const StoredVectorSchema = Type.Object(
  {
    face_hash: Type.Array(Type.Number({ format: 'double' }), {
      minItems: 1,
      maxItems: LIMITS.maxFaceHashLength,
      title: 'Face hash',
      description:
        'The vector as it was answered; as many numbers as the model makes (768 for the default model; this example is shortened).',
      examples: [SHORT_FACE_HASH],
    }),
    FaceModelVersion: {
      ...ModelVersionSchema,
      title: 'Face model version',
      description:
        'The version that made the vector, as it was answered with it. It pins the request to a version of the same embedding space.',
    },
  },
  {
    ...closed,
    title: 'StoredVector',
    description: 'A face by the vector that /face_comparison answered earlier.',
  },
);
export type StoredVector = Static<typeof StoredVectorSchema>;

/** One side of a comparison. */
export const ComparandSchema = Type.Union([ImageUrlSchema, ImageDataSchema, StoredVectorSchema], {
  title: 'Comparand',
  description: 'One side of a comparison: a photo (exactly one of `url` and `img`) or a stored vector.',
  examples: [{ url: 'https://example.com/photos/anna.jpg' }],
});
export type Comparand = Static<typeof ComparandSchema>;

const SOURCE =
  'Whom to look for: the face of a photo that source_face chooses (the largest one unless given), or a stored vector.';
const TARGET = 'Where to look: the 100 largest faces of a photo, or a stored vector.';

const SimilarityThreshold = Type.Optional(
  Percent(
    'Similarity threshold',
    'Faces at least this similar are matches; the defaultThreshold of the model (see /v2/models/{name}) unless given.',
    80,
  ),
);

/** JSON body of POST /compare. */
export const CompareRequestSchema = Type.Object(
  {
    source: { ...ComparandSchema, description: SOURCE },
    target: { ...ComparandSchema, description: TARGET },
    SimilarityThreshold,
  },
  {
    ...closed,
    title: 'CompareRequest',
    description: 'Whom to look for, and where.',
  },
);
export type CompareRequest = Static<typeof CompareRequestSchema>;

// A form of the document has files only: a union of a file and JSON is more than generators of clients can make of a part.
const FilePart = (title: string, description: string) =>
  Type.String({
    // Generators of clients (openapi-python-client among them) send a file only where the format says binary.
    format: 'binary',
    minLength: 1,
    title,
    description: `${description} The bytes of a JPEG, PNG or BMP file, with the type image/* or application/octet-stream; a part of type application/json is read as the JSON body is.`,
  });

/** Form (multipart/form-data) of POST /compare. */
export const CompareFormSchema = Type.Object(
  { source: FilePart('Source', SOURCE), target: FilePart('Target', TARGET), SimilarityThreshold },
  {
    ...closed,
    title: 'CompareForm',
    description: 'Whom to look for, and where, as a form: photos travel as they are, without base64.',
  },
);

/** Form (multipart/form-data) of POST /face_comparison. */
export const FaceComparisonFormSchema = Type.Object(
  { image: FilePart('Image', 'The photo; the part may have any name.') },
  { ...closed, title: 'FaceComparisonForm', description: 'A photo as the one part of a form.' },
);

/** Query parameters of POST /compare. */
export const CompareQuerySchema = Type.Object(
  {
    landmarks: Type.Optional(Landmarks),
    quality: Type.Optional(QualityFlag),
    face_hash: Type.Optional(
      Type.Boolean({
        default: false,
        title: 'Face hash',
        description: 'Whether faces carry their vector.',
        examples: [true],
      }),
    ),
    min_confidence: Type.Optional(MinConfidence),
    source_face: Type.Optional(
      Type.Enum(['largest', 'only'], {
        type: 'string',
        default: 'largest',
        title: 'Source face',
        description:
          'Which face of the source to compare when it has several: `largest` takes the largest one, and among faces of about the same area (within 20 %, fading out to 40 %) the most central one; `only` answers multiple_faces_found when a second face has more than a quarter of its area.',
        examples: ['only'],
      }),
    ),
    detail: Type.Optional(Detail),
  },
  { ...closed, title: 'CompareQuery', description: 'What to answer about each face.' },
);
export type CompareQuery = Static<typeof CompareQuerySchema>;

const Similarity = Percent(
  'Similarity',
  'How certain it is that both are the same person, from 0 to 100: the cosine of the two vectors through the calibration of the model.',
  98.6,
);

/** A target that is similar enough. */
export const FaceMatchSchema = Type.Object(
  {
    Similarity,
    Face: Type.Optional(FaceSchema),
  },
  {
    title: 'FaceMatch',
    description:
      'A target that is similar enough. Face is absent when the target was a stored vector, of which there is no picture.',
    examples: [...PORTRAIT_IN_GROUP.FaceMatches],
  },
);
export type FaceMatch = Static<typeof FaceMatchSchema>;

/** A target that is not similar enough. */
export const UnmatchedFaceSchema = Type.Object(
  { Similarity, ...Type.Partial(FaceSchema).properties },
  {
    title: 'UnmatchedFace',
    description:
      'A target that is not similar enough: the fields of a face and its similarity. For a stored vector Similarity is the only field.',
    examples: [...PORTRAIT_IN_GROUP.UnmatchedFaces, { Similarity: 12.5 }],
  },
);
export type UnmatchedFace = Static<typeof UnmatchedFaceSchema>;

/** Answer of POST /compare. */
export const CompareResponseSchema = Type.Object(
  {
    SourceImageFace: Type.Optional({
      ...FaceSchema,
      description:
        'The face of the source that was compared: the largest one, and among faces of about the same area the most central one. Absent when the source was a stored vector.',
    }),
    SourceImageFaceCount: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 1,
        title: 'Source face count',
        description:
          'How many faces the source photo has. When it is more than 1, check that SourceImageFace is the right person. Absent when the source was a stored vector.',
        examples: [1],
      }),
    ),
    FaceMatches: Type.Array(FaceMatchSchema, {
      maxItems: LIMITS.maxFaces,
      title: 'Matches',
      description:
        'The faces of the target that are at least as similar as the threshold, most similar first; among equals the larger face first. Only the 100 largest faces of the target are looked at.',
      examples: [PORTRAIT_IN_GROUP.FaceMatches],
    }),
    UnmatchedFaces: Type.Array(UnmatchedFaceSchema, {
      maxItems: LIMITS.maxFaces,
      title: 'Unmatched faces',
      description: 'The other faces of the target, most similar first, each with its similarity.',
      examples: [PORTRAIT_IN_GROUP.UnmatchedFaces],
    }),
    FaceModelVersion,
  },
  {
    title: 'CompareResponse',
    description: 'Which faces of the target are those of the source.',
    examples: [PORTRAIT_IN_GROUP],
  },
);
export type CompareResponse = Static<typeof CompareResponseSchema>;
