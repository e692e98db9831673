// Made from packages/contract by `npm run generate`. Do not edit.
export interface paths {
  '/face_comparison': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Find the faces of a photo and make their vectors
     * @description Send a photo by URL, as base64 in JSON, as the body itself, or as the file of a form. The answer has all faces, largest first, each with its box, its confidence (0 to 1) and its vector (face_hash). A photo without a face is answered with an empty list.
     */
    post: operations['analyzeFaces'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/compare': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Compare the face of one photo with the faces of another
     * @description The face of the source is compared with the 100 largest faces of the target, as CompareFaces of Amazon Rekognition does. Either side may be a stored vector instead of a photo; it pins the request to a version of its embedding space. Photos travel as URLs, as base64 in JSON, or as files in a form.
     */
    post: operations['compareFaces'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v2/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the process answers
     * @description For liveness probes. It does not depend on models, queues or other machines.
     */
    get: operations['serverLive'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v2/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the service can answer requests
     * @description For readiness probes: 200 when the default model is loaded and warm, 503 before that and once the process is told to end.
     */
    get: operations['serverReady'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v2/models/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A model and its loaded versions
     * @description What the default version takes and gives, its embedding space, and what its similarities mean.
     */
    get: operations['modelMetadata'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v2/models/{name}/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether the default version of a model is ready
     * @description 200 when it is loaded and warm, 503 while it is not.
     */
    get: operations['modelReady'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v2/models/{name}/versions/{version}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * One version of a model
     * @description What the version takes and gives, its embedding space, and what its similarities mean.
     */
    get: operations['modelVersionMetadata'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v2/models/{name}/versions/{version}/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether one version of a model is ready
     * @description 200 when it is loaded and warm, 503 while it is not.
     */
    get: operations['modelVersionReady'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * This document
     * @description The OpenAPI 3.1 document of the service. /docs shows it in an explorer.
     */
    get: operations['openApi'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * ImageUrl
     * @description A photo by its URL.
     */
    ImageUrl: {
      /**
       * URL
       * @description Where the photo is: http://, https:// or s3://bucket/key. It must lead to a public address (or a bucket) that the service may fetch from, redirects included.
       * @example https://example.com/photos/anna.jpg
       * @example s3://photos/anna.jpg
       */
      url: string;
    };
    /**
     * ImageData
     * @description A photo in the request itself.
     */
    ImageData: {
      /**
       * Photo
       * Format: byte
       * @description The bytes of a JPEG, PNG or BMP file as base64 (standard alphabet), or as a data: URL with base64 content.
       * @example /9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP8=
       */
      img: string;
    };
    /**
     * ImageSource
     * @description A photo: exactly one of `url` and `img`. JPEG, PNG or BMP by its bytes, at most 4096 pixels on the longest side (a JPEG 16384); EXIF orientation is applied.
     */
    ImageSource: components['schemas']['ImageUrl'] | components['schemas']['ImageData'];
    /**
     * BoundingBox
     * @description Where a face is, in fractions of the upright photo (after EXIF orientation). The box of a face that is cut off is clipped to the photo: Left + Width and Top + Height are at most 1.
     * @example {
     *       "Width": 0.3125,
     *       "Height": 0.5521,
     *       "Left": 0.3422,
     *       "Top": 0.1896
     *     }
     */
    BoundingBox: {
      /**
       * Width
       * Format: double
       * @description Width as a fraction of the width of the photo.
       * @example 0.3125
       */
      Width: number;
      /**
       * Height
       * Format: double
       * @description Height as a fraction of the height of the photo.
       * @example 0.5521
       */
      Height: number;
      /**
       * Left
       * Format: double
       * @description Distance from the left edge as a fraction of the width of the photo.
       * @example 0.3422
       */
      Left: number;
      /**
       * Top
       * Format: double
       * @description Distance from the top edge as a fraction of the height of the photo.
       * @example 0.1896
       */
      Top: number;
    };
    /**
     * Landmark
     * @description A point of a face, in fractions of the upright photo.
     * @example {
     *       "Type": "eyeLeft",
     *       "X": 0.4432,
     *       "Y": 0.4012
     *     }
     */
    Landmark: {
      /**
       * Type
       * @description Which point. Left and right are those of the picture, as in Amazon Rekognition: eyeLeft is the eye at the left of an upright face in the picture, which is the right eye of the person.
       * @example eyeLeft
       * @enum {string}
       */
      Type: 'eyeLeft' | 'eyeRight' | 'nose' | 'mouthLeft' | 'mouthRight';
      /**
       * X
       * Format: double
       * @description Distance from the left edge as a fraction of the width of the photo; below 0 or above 1 where the point lies outside.
       * @example 0.4432
       */
      X: number;
      /**
       * Y
       * Format: double
       * @description Distance from the top edge as a fraction of the height of the photo; below 0 or above 1 where the point lies outside.
       * @example 0.4012
       */
      Y: number;
    };
    /**
     * Pose
     * @description How the head is turned, in degrees, estimated from the five landmarks. 0, 0, 0 looks into the camera.
     * @example {
     *       "Roll": -3.2,
     *       "Yaw": 8.5,
     *       "Pitch": -1.4
     *     }
     */
    Pose: {
      /**
       * Roll
       * Format: double
       * @description Head tilted in the plane of the picture; positive is clockwise as seen by the viewer.
       * @example -3.2
       */
      Roll: number;
      /**
       * Yaw
       * Format: double
       * @description Head turned sideways; positive is towards the right of the picture.
       * @example 8.5
       */
      Yaw: number;
      /**
       * Pitch
       * Format: double
       * @description Head nodding; positive is up.
       * @example -1.4
       */
      Pitch: number;
    };
    /**
     * Quality
     * @description How well the face can be seen. A poor one makes a poor vector.
     * @example {
     *       "Sharpness": 87.3,
     *       "Brightness": 61.8,
     *       "Pose": {
     *         "Roll": -3.2,
     *         "Yaw": 8.5,
     *         "Pitch": -1.4
     *       },
     *       "FaceSize": 200
     *     }
     */
    Quality: {
      /**
       * Sharpness
       * Format: double
       * @description How sharp the face is; 100 is sharpest.
       * @example 87.3
       */
      Sharpness: number;
      /**
       * Brightness
       * Format: double
       * @description How bright the face is; 0 is black, 100 is white.
       * @example 61.8
       */
      Brightness: number;
      Pose: components['schemas']['Pose'];
      /**
       * Face size
       * Format: double
       * @description Width of the bounding box in pixels of the upright photo. Below 40 the vector is less certain.
       * @example 200
       */
      FaceSize: number;
    };
    /**
     * Face
     * @description A face that was found. face_hash, Landmarks and Quality are there when the query parameters of the same names ask for them.
     * @example {
     *       "BoundingBox": {
     *         "Width": 0.573938,
     *         "Height": 0.646981,
     *         "Left": 0.228762,
     *         "Top": 0.198877
     *       },
     *       "Confidence": 0.917485,
     *       "face_hash": [
     *         -0.018397,
     *         -0.012965,
     *         0.008942,
     *         0.019156,
     *         0.044655,
     *         -0.001158
     *       ]
     *     }
     */
    Face: {
      BoundingBox: components['schemas']['BoundingBox'];
      /**
       * Confidence
       * Format: double
       * @description How certain it is that this is a face, from 0 to 1.
       * @example 0.8736626558685303
       */
      Confidence: number;
      /**
       * Face hash
       * @description The vector of the face. Its length is given by the model (768 numbers for the default model; examples here are shortened). Store it with FaceModelVersion: vectors of different embedding spaces cannot be compared.
       * @example [
       *       -0.018397,
       *       -0.012965,
       *       0.008942,
       *       0.019156,
       *       0.044655,
       *       -0.001158
       *     ]
       */
      face_hash?: number[];
      /**
       * Landmarks
       * @description Five points of the face, each once; with landmarks=true.
       * @example [
       *       {
       *         "Type": "eyeLeft",
       *         "X": 0.4432,
       *         "Y": 0.4012
       *       }
       *     ]
       */
      Landmarks?: components['schemas']['Landmark'][];
      Quality?: components['schemas']['Quality'];
    };
    /**
     * FaceComparisonResponse
     * @description The faces of a photo.
     * @example {
     *       "Faces": [
     *         {
     *           "BoundingBox": {
     *             "Width": 0.573938,
     *             "Height": 0.646981,
     *             "Left": 0.228762,
     *             "Top": 0.198877
     *           },
     *           "Confidence": 0.917485,
     *           "face_hash": [
     *             -0.018397,
     *             -0.012965,
     *             0.008942,
     *             0.019156,
     *             0.044655,
     *             -0.001158
     *           ]
     *         }
     *       ],
     *       "FaceModelVersion": "2.0.0"
     *     }
     */
    FaceComparisonResponse: {
      /**
       * Faces
       * @description The faces of the photo by the area of their boxes, largest first; empty when there is none.
       * @example [
       *       {
       *         "BoundingBox": {
       *           "Width": 0.573938,
       *           "Height": 0.646981,
       *           "Left": 0.228762,
       *           "Top": 0.198877
       *         },
       *         "Confidence": 0.917485
       *       }
       *     ]
       */
      Faces: components['schemas']['Face'][];
      /**
       * Face model version
       * @description The version of the model that made this answer. Store it with the vectors.
       * @example 2.0.0
       */
      FaceModelVersion: string;
    };
    /**
     * FaceComparisonForm
     * @description A photo as the one part of a form.
     */
    FaceComparisonForm: {
      /**
       * Image
       * Format: binary
       * @description The photo; the part may have any name. The bytes of a JPEG, PNG or BMP file, with the type image/* or application/octet-stream; a part of type application/json is read as the JSON body is.
       */
      image: Blob;
    };
    /**
     * StoredVector
     * @description A face by the vector that /face_comparison answered earlier.
     */
    StoredVector: {
      /**
       * Face hash
       * @description The vector as it was answered; as many numbers as the model makes (768 for the default model; this example is shortened).
       * @example [
       *       -0.018397,
       *       -0.012965,
       *       0.008942,
       *       0.019156,
       *       0.044655,
       *       -0.001158
       *     ]
       */
      face_hash: number[];
      /**
       * Face model version
       * @description The version that made the vector, as it was answered with it. It pins the request to a version of the same embedding space.
       * @example 2.0.0
       */
      FaceModelVersion: string;
    };
    /**
     * Comparand
     * @description One side of a comparison: a photo (exactly one of `url` and `img`) or a stored vector.
     * @example {
     *       "url": "https://example.com/photos/anna.jpg"
     *     }
     */
    Comparand:
      components['schemas']['ImageUrl'] | components['schemas']['ImageData'] | components['schemas']['StoredVector'];
    /**
     * CompareRequest
     * @description Whom to look for, and where.
     */
    CompareRequest: {
      /** @description Whom to look for: the face of a photo that source_face chooses (the largest one unless given), or a stored vector. */
      source: components['schemas']['Comparand'];
      /** @description Where to look: the 100 largest faces of a photo, or a stored vector. */
      target: components['schemas']['Comparand'];
      /**
       * Similarity threshold
       * Format: double
       * @description Faces at least this similar are matches; the defaultThreshold of the model (see /v2/models/{name}) unless given.
       * @example 80
       */
      SimilarityThreshold?: number;
    };
    /**
     * CompareForm
     * @description Whom to look for, and where, as a form: photos travel as they are, without base64.
     */
    CompareForm: {
      /**
       * Source
       * Format: binary
       * @description Whom to look for: the face of a photo that source_face chooses (the largest one unless given), or a stored vector. The bytes of a JPEG, PNG or BMP file, with the type image/* or application/octet-stream; a part of type application/json is read as the JSON body is.
       */
      source: Blob;
      /**
       * Target
       * Format: binary
       * @description Where to look: the 100 largest faces of a photo, or a stored vector. The bytes of a JPEG, PNG or BMP file, with the type image/* or application/octet-stream; a part of type application/json is read as the JSON body is.
       */
      target: Blob;
      /**
       * Similarity threshold
       * Format: double
       * @description Faces at least this similar are matches; the defaultThreshold of the model (see /v2/models/{name}) unless given.
       * @example 80
       */
      SimilarityThreshold?: number;
    };
    /**
     * FaceMatch
     * @description A target that is similar enough. Face is absent when the target was a stored vector, of which there is no picture.
     * @example {
     *       "Similarity": 94.602,
     *       "Face": {
     *         "BoundingBox": {
     *           "Width": 0.239925,
     *           "Height": 0.460718,
     *           "Left": 0.719139,
     *           "Top": 0.047828
     *         },
     *         "Confidence": 0.880335
     *       }
     *     }
     */
    FaceMatch: {
      /**
       * Similarity
       * Format: double
       * @description How certain it is that both are the same person, from 0 to 100: the cosine of the two vectors through the calibration of the model.
       * @example 98.6
       */
      Similarity: number;
      Face?: components['schemas']['Face'];
    };
    /**
     * UnmatchedFace
     * @description A target that is not similar enough: the fields of a face and its similarity. For a stored vector Similarity is the only field.
     * @example {
     *       "Similarity": 0.0606,
     *       "BoundingBox": {
     *         "Width": 0.215831,
     *         "Height": 0.42782,
     *         "Left": 0.057026,
     *         "Top": 0.472145
     *       },
     *       "Confidence": 0.887129
     *     }
     * @example {
     *       "Similarity": 12.5
     *     }
     */
    UnmatchedFace: {
      /**
       * Similarity
       * Format: double
       * @description How certain it is that both are the same person, from 0 to 100: the cosine of the two vectors through the calibration of the model.
       * @example 98.6
       */
      Similarity: number;
      BoundingBox?: components['schemas']['BoundingBox'];
      /**
       * Confidence
       * Format: double
       * @description How certain it is that this is a face, from 0 to 1.
       * @example 0.8736626558685303
       */
      Confidence?: number;
      /**
       * Face hash
       * @description The vector of the face. Its length is given by the model (768 numbers for the default model; examples here are shortened). Store it with FaceModelVersion: vectors of different embedding spaces cannot be compared.
       * @example [
       *       -0.018397,
       *       -0.012965,
       *       0.008942,
       *       0.019156,
       *       0.044655,
       *       -0.001158
       *     ]
       */
      face_hash?: number[];
      /**
       * Landmarks
       * @description Five points of the face, each once; with landmarks=true.
       * @example [
       *       {
       *         "Type": "eyeLeft",
       *         "X": 0.4432,
       *         "Y": 0.4012
       *       }
       *     ]
       */
      Landmarks?: components['schemas']['Landmark'][];
      Quality?: components['schemas']['Quality'];
    };
    /**
     * CompareResponse
     * @description Which faces of the target are those of the source.
     * @example {
     *       "SourceImageFace": {
     *         "BoundingBox": {
     *           "Width": 0.573938,
     *           "Height": 0.646981,
     *           "Left": 0.228762,
     *           "Top": 0.198877
     *         },
     *         "Confidence": 0.917485
     *       },
     *       "SourceImageFaceCount": 1,
     *       "FaceMatches": [
     *         {
     *           "Similarity": 94.602,
     *           "Face": {
     *             "BoundingBox": {
     *               "Width": 0.239925,
     *               "Height": 0.460718,
     *               "Left": 0.719139,
     *               "Top": 0.047828
     *             },
     *             "Confidence": 0.880335
     *           }
     *         }
     *       ],
     *       "UnmatchedFaces": [
     *         {
     *           "Similarity": 0.0606,
     *           "BoundingBox": {
     *             "Width": 0.215831,
     *             "Height": 0.42782,
     *             "Left": 0.057026,
     *             "Top": 0.472145
     *           },
     *           "Confidence": 0.887129
     *         }
     *       ],
     *       "FaceModelVersion": "2.0.0"
     *     }
     */
    CompareResponse: {
      /** @description The face of the source that was compared: the largest one, and among faces of about the same area the most central one. Absent when the source was a stored vector. */
      SourceImageFace?: components['schemas']['Face'];
      /**
       * Source face count
       * Format: int32
       * @description How many faces the source photo has. When it is more than 1, check that SourceImageFace is the right person. Absent when the source was a stored vector.
       * @example 1
       */
      SourceImageFaceCount?: number;
      /**
       * Matches
       * @description The faces of the target that are at least as similar as the threshold, most similar first; among equals the larger face first. Only the 100 largest faces of the target are looked at.
       * @example [
       *       {
       *         "Similarity": 94.602,
       *         "Face": {
       *           "BoundingBox": {
       *             "Width": 0.239925,
       *             "Height": 0.460718,
       *             "Left": 0.719139,
       *             "Top": 0.047828
       *           },
       *           "Confidence": 0.880335
       *         }
       *       }
       *     ]
       */
      FaceMatches: components['schemas']['FaceMatch'][];
      /**
       * Unmatched faces
       * @description The other faces of the target, most similar first, each with its similarity.
       * @example [
       *       {
       *         "Similarity": 0.0606,
       *         "BoundingBox": {
       *           "Width": 0.215831,
       *           "Height": 0.42782,
       *           "Left": 0.057026,
       *           "Top": 0.472145
       *         },
       *         "Confidence": 0.887129
       *       }
       *     ]
       */
      UnmatchedFaces: components['schemas']['UnmatchedFace'][];
      /**
       * Face model version
       * @description The version of the model that made this answer. Store it with the vectors.
       * @example 2.0.0
       */
      FaceModelVersion: string;
    };
    /**
     * ServerLive
     * @description Whether the process answers.
     * @example {
     *       "live": true
     *     }
     */
    ServerLive: {
      /**
       * Live
       * @description Whether the process answers.
       * @example true
       */
      live: boolean;
    };
    /**
     * ServerReady
     * @description Whether the service can answer requests.
     * @example {
     *       "ready": true
     *     }
     */
    ServerReady: {
      /**
       * Ready
       * @description Whether the default model is loaded and warm.
       * @example true
       */
      ready: boolean;
    };
    /**
     * Tensor
     * @description What goes into a model or comes out.
     * @example {
     *       "name": "face_hash",
     *       "datatype": "FP32",
     *       "shape": [
     *         -1,
     *         768
     *       ]
     *     }
     */
    Tensor: {
      /**
       * Name
       * @description Name of the tensor.
       * @example face_hash
       */
      name: string;
      /**
       * Datatype
       * @description Type of its elements, in the words of the protocol.
       * @example FP32
       */
      datatype: string;
      /**
       * Shape
       * @description Its sizes; -1 stands for any.
       * @example [
       *       -1,
       *       768
       *     ]
       */
      shape: number[];
    };
    /**
     * OperatingPoint
     * @description What a threshold means: how many strangers it lets pass, how many pairs of one person it finds.
     * @example {
     *       "far": 0.001,
     *       "tar": 0.993,
     *       "cosine": 0.412,
     *       "similarity": 80
     *     }
     */
    OperatingPoint: {
      /**
       * False acceptance rate
       * Format: double
       * @description Share of pairs of strangers at or above the cosine.
       * @example 0.001
       */
      far: number;
      /**
       * True acceptance rate
       * Format: double
       * @description Share of pairs of one person at or above the cosine.
       * @example 0.993
       */
      tar: number;
      /**
       * Cosine
       * Format: double
       * @description The cosine of the two vectors.
       * @example 0.412
       */
      cosine: number;
      /**
       * Similarity
       * Format: double
       * @description The same as a similarity, 0 to 100.
       * @example 80
       */
      similarity: number;
    };
    /**
     * Calibration
     * @description How a cosine becomes a similarity.
     * @example {
     *       "kind": "logistic",
     *       "slope": 18.2,
     *       "midpoint": 0.336,
     *       "measuredOn": "LFW, 6000 pairs",
     *       "operatingPoints": [
     *         {
     *           "far": 0.001,
     *           "tar": 0.993,
     *           "cosine": 0.412,
     *           "similarity": 80
     *         }
     *       ]
     *     }
     */
    Calibration: {
      /**
       * Kind
       * @description similarity = 100 / (1 + exp(-slope * (cosine - midpoint)))
       * @example logistic
       * @constant
       */
      kind: 'logistic';
      /**
       * Slope
       * Format: double
       * @description Steepness of the curve.
       * @example 18.2
       */
      slope: number;
      /**
       * Midpoint
       * Format: double
       * @description The cosine whose similarity is 50.
       * @example 0.336
       */
      midpoint: number;
      /**
       * Measured on
       * @description The pairs on which the calibration was measured.
       * @example LFW, 6000 pairs
       */
      measuredOn: string;
      /**
       * Operating points
       * @description What thresholds mean, to choose SimilarityThreshold by.
       * @example [
       *       {
       *         "far": 0.001,
       *         "tar": 0.993,
       *         "cosine": 0.412,
       *         "similarity": 80
       *       }
       *     ]
       */
      operatingPoints: components['schemas']['OperatingPoint'][];
    };
    /**
     * PlannedSwitch
     * @description The instant at which another version becomes the default, on all replicas.
     * @example {
     *       "to": "2.1.0",
     *       "at": "2026-01-01T12:00:00.000Z"
     *     }
     */
    PlannedSwitch: {
      /**
       * Model version
       * @description The version that becomes the default.
       * @example 2.0.0
       */
      to: string;
      /**
       * At
       * @description The instant, in UTC (RFC 3339).
       * @example 2026-01-01T12:00:00.000Z
       */
      at: string;
    };
    /**
     * ModelParameters
     * @description What a version of a model says of itself beyond the protocol.
     * @example {
     *       "version": "2.0.0",
     *       "default": true,
     *       "embeddingSpace": "83b1f0a94cd2e675",
     *       "vectorLength": 768,
     *       "comparableWith": [
     *         "83b1f0a94cd2e675"
     *       ],
     *       "defaultThreshold": 80,
     *       "calibration": {
     *         "kind": "logistic",
     *         "slope": 18.2,
     *         "midpoint": 0.336,
     *         "measuredOn": "LFW, 6000 pairs",
     *         "operatingPoints": [
     *           {
     *             "far": 0.001,
     *             "tar": 0.993,
     *             "cosine": 0.412,
     *             "similarity": 80
     *           }
     *         ]
     *       }
     *     }
     */
    ModelParameters: {
      /**
       * Model version
       * @description The version that all of this is about.
       * @example 2.0.0
       */
      version: string;
      /**
       * Default
       * @description Whether requests without a pin are answered by this version.
       * @example true
       */
      default: boolean;
      /**
       * Canary weight
       * Format: double
       * @description Share of clients in percent that this version answers while it is tried out; absent otherwise.
       * @example 10
       */
      canaryWeight?: number;
      /** @description The change of the default that is planned; the same for every version, and absent when none lies ahead. */
      switch?: components['schemas']['PlannedSwitch'];
      /**
       * Embedding space
       * @description Vectors can be compared when they belong to the same space: 16 lower-case hex digits.
       * @example 83b1f0a94cd2e675
       */
      embeddingSpace: string;
      /**
       * Vector length
       * Format: int32
       * @description How many numbers a face_hash has.
       * @example 768
       */
      vectorLength: number;
      /**
       * Comparable with
       * @description The spaces whose vectors can be compared with those of this version: its own, and those it declares and whose parity was measured when it was loaded.
       * @example [
       *       "83b1f0a94cd2e675"
       *     ]
       */
      comparableWith: string[];
      /**
       * Default threshold
       * Format: double
       * @description The SimilarityThreshold of a comparison that gives none.
       * @example 80
       */
      defaultThreshold: number;
      calibration: components['schemas']['Calibration'];
    };
    /**
     * ModelMetadata
     * @description A model, as the Open Inference Protocol describes it. Without a version in the path, parameters are those of the default version.
     * @example {
     *       "name": "default",
     *       "versions": [
     *         "2.0.0",
     *         "2.1.0"
     *       ],
     *       "platform": "onnxruntime_onnx",
     *       "inputs": [
     *         {
     *           "name": "img",
     *           "datatype": "BYTES",
     *           "shape": [
     *             1
     *           ]
     *         }
     *       ],
     *       "outputs": [
     *         {
     *           "name": "BoundingBox",
     *           "datatype": "FP32",
     *           "shape": [
     *             -1,
     *             4
     *           ]
     *         },
     *         {
     *           "name": "Confidence",
     *           "datatype": "FP32",
     *           "shape": [
     *             -1
     *           ]
     *         },
     *         {
     *           "name": "face_hash",
     *           "datatype": "FP32",
     *           "shape": [
     *             -1,
     *             768
     *           ]
     *         }
     *       ],
     *       "parameters": {
     *         "version": "2.0.0",
     *         "default": true,
     *         "embeddingSpace": "83b1f0a94cd2e675",
     *         "vectorLength": 768,
     *         "comparableWith": [
     *           "83b1f0a94cd2e675"
     *         ],
     *         "defaultThreshold": 80,
     *         "calibration": {
     *           "kind": "logistic",
     *           "slope": 18.2,
     *           "midpoint": 0.336,
     *           "measuredOn": "LFW, 6000 pairs",
     *           "operatingPoints": [
     *             {
     *               "far": 0.001,
     *               "tar": 0.993,
     *               "cosine": 0.412,
     *               "similarity": 80
     *             }
     *           ]
     *         }
     *       }
     *     }
     */
    ModelMetadata: {
      /**
       * Model name
       * @description The name of a model, from its manifest.
       * @example default
       */
      name: string;
      /**
       * Versions
       * @description The versions of the model that are loaded and can be pinned.
       * @example [
       *       "2.0.0",
       *       "2.1.0"
       *     ]
       */
      versions: string[];
      /**
       * Platform
       * @description The framework and the format of the model.
       * @example onnxruntime_onnx
       */
      platform: string;
      /**
       * Inputs
       * @description What goes in: an encoded photo.
       * @example [
       *       {
       *         "name": "img",
       *         "datatype": "BYTES",
       *         "shape": [
       *           1
       *         ]
       *       }
       *     ]
       */
      inputs: components['schemas']['Tensor'][];
      /**
       * Outputs
       * @description What comes out for each face.
       * @example [
       *       {
       *         "name": "face_hash",
       *         "datatype": "FP32",
       *         "shape": [
       *           -1,
       *           768
       *         ]
       *       }
       *     ]
       */
      outputs: components['schemas']['Tensor'][];
      parameters: components['schemas']['ModelParameters'];
    };
    /**
     * ModelReady
     * @description Whether a model can answer requests.
     * @example {
     *       "name": "default",
     *       "ready": true
     *     }
     */
    ModelReady: {
      /**
       * Model name
       * @description The name of a model, from its manifest.
       * @example default
       */
      name: string;
      /**
       * Ready
       * @description Whether the version is loaded and warm.
       * @example true
       */
      ready: boolean;
    };
    /**
     * Problem
     * @description An error, as RFC 9457 problem details. Ignore members that you do not know.
     */
    Problem: {
      /**
       * Type
       * @description A URI that names the kind of problem: urn:face-comparison:error: and the code.
       * @example urn:face-comparison:error:invalid_parameter
       */
      type: string;
      /**
       * Title
       * @description The kind of problem in a few words; the same for each occurrence of the code.
       * @example A parameter is not valid
       */
      title: string;
      /**
       * Status
       * Format: int32
       * @description The HTTP status of this answer.
       * @example 400
       */
      status: number;
      /**
       * Detail
       * @description What is wrong, what was received and what was expected, for a person. Do not parse it.
       * @example query parameter max_faces must be >= 1, received 0
       */
      detail: string;
      /**
       * Code
       * @description What went wrong, for a program. A code keeps its meaning and its status; new codes may be added, so treat one that you do not know by its status. Known codes: invalid_json, invalid_parameter, image_source_missing, image_source_ambiguous, invalid_base64, malformed_request, unauthorized, forbidden, not_found, method_not_allowed, request_timeout, model_version_unavailable, embedding_space_mismatch, body_too_large, image_too_large, unsupported_media_type, expectation_failed, unsupported_image_format, image_undecodable, image_dimensions_exceeded, url_not_allowed, url_unreachable, no_face_found, multiple_faces_found, rate_limited, overloaded, headers_too_large, internal, not_ready, shutting_down, deadline_exceeded.
       * @example invalid_parameter
       */
      code: string;
      /**
       * Request id
       * @description The same as in the header X-Request-Id; the log of the service has it too.
       * @example 0d5c3a52-6f0e-4f0e-9f6b-4f3c9a0d8c11
       */
      requestId: string;
      /**
       * Parameter
       * @description What is wrong, by name: a field of the body as a path (`source.url`), a query parameter or a request header.
       * @example source.url
       * @example max_faces
       */
      parameter?: string;
      /**
       * Loaded versions
       * @description The model versions that can be pinned now.
       * @example [
       *       "2.0.0",
       *       "2.1.0"
       *     ]
       */
      loadedVersions?: string[];
      /**
       * Embedding spaces
       * @description The spaces that do not fit together.
       * @example [
       *       "83b1f0a94cd2e675",
       *       "0c6d2a7719be4f38"
       *     ]
       */
      embeddingSpaces?: string[];
      /**
       * Allowed methods
       * @description The methods that the path answers; also in the header Allow.
       * @example [
       *       "POST"
       *     ]
       */
      allowedMethods?: string[];
      /**
       * Accepted media types
       * @description What Content-Type may be.
       * @example [
       *       "application/json",
       *       "image/*"
       *     ]
       */
      acceptedMediaTypes?: string[];
      /**
       * Accepted formats
       * @description The image formats that the service reads.
       * @example [
       *       "jpeg",
       *       "png",
       *       "bmp"
       *     ]
       */
      acceptedFormats?: string[];
      /**
       * Detected format
       * @description What the first bytes of the photo are, where they are known.
       * @example svg
       */
      detectedFormat?: string;
      /**
       * Limit
       * Format: int64
       * @description How many bytes are allowed.
       * @example 10485760
       */
      limitBytes?: number;
      /**
       * Received
       * Format: int64
       * @description How many bytes came or were announced, where that is known.
       * @example 20971520
       */
      receivedBytes?: number;
      /**
       * Longest side allowed
       * Format: int32
       * @description How many pixels the longest side of a photo of this format may have.
       * @example 4096
       */
      maxSidePx?: number;
      /**
       * Width
       * Format: int32
       * @description Width of the photo in pixels.
       * @example 60000
       */
      widthPx?: number;
      /**
       * Height
       * Format: int32
       * @description Height of the photo in pixels.
       * @example 60000
       */
      heightPx?: number;
      /**
       * Face count
       * Format: int32
       * @description How many faces the photo has.
       * @example 3
       */
      faceCount?: number;
      /**
       * Upstream status
       * Format: int32
       * @description The HTTP status that the host of the URL answered, where it answered.
       * @example 404
       */
      upstreamStatus?: number;
      /**
       * Retry after
       * Format: int32
       * @description Seconds to wait before the next try; the same number as in the header Retry-After.
       * @example 1
       */
      retryAfterSeconds?: number;
      /**
       * Deadline
       * Format: int64
       * @description How many milliseconds a request may take.
       * @example 10000
       */
      deadlineMs?: number;
    };
  };
  responses: never;
  parameters: {
    /** @description Pins the request to a version of the model: it is answered by that version or with model_version_unavailable, never by another. */
    modelVersion: string;
    /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
    requestId: string;
  };
  requestBodies: never;
  headers: {
    /** @description The model version that answered; the default one where none was needed. Absent until a model is ready. */
    modelVersion: string;
    /** @description The embedding space of that version. Vectors can be compared when they are of the same space. Absent until a model is ready. */
    embeddingSpace: string;
    /** @description The id of the request: yours if you sent a valid one, else one that the service made. */
    requestId: string;
    /** @description Where the time went, in milliseconds (W3C Server Timing): fetch (fetching the photo from its URL), queue (waiting for a free lane), decode (decoding the photo), detect (finding the faces), embed (making the vectors). What did not happen is left out. An answer from memory says cache;desc=hit. */
    serverTiming: string;
    /** @description Seconds to wait before the next try. */
    retryAfter: number;
    /** @description How many requests this client may send per window. Sent where the service limits the rate. */
    rateLimitLimit: number;
    /** @description How many requests are left in the current window. */
    rateLimitRemaining: number;
    /** @description Seconds until the window ends and the count starts again. */
    rateLimitReset: number;
    /** @description The methods that the path answers. */
    allow: string;
    /** @description How to show a key (RFC 9110 demands it with 401). */
    wwwAuthenticate: string;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  analyzeFaces: {
    parameters: {
      query?: {
        /** @description Whether faces carry their five landmarks. */
        landmarks?: boolean;
        /** @description Whether faces carry sharpness, brightness, pose and size. */
        quality?: boolean;
        /** @description Whether faces carry their vector. Without it the answer comes sooner. */
        face_hash?: boolean;
        /** @description How many faces to answer at most, the largest first; all of them (up to 100) unless given. */
        max_faces?: number;
        /** @description Faces whose Confidence is below this are left out, from 0 to 1. */
        min_confidence?: number;
        /** @description How closely to look: `normal` costs the same for every photo; `high` finds smaller faces in large photos of crowds and takes several times as long. */
        detail?: 'normal' | 'high';
      };
      header?: {
        /** @description Pins the request to a version of the model: it is answered by that version or with model_version_unavailable, never by another. */
        'Face-Model-Version'?: components['parameters']['modelVersion'];
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ImageSource'];
        'image/jpeg': Blob;
        'image/png': Blob;
        'image/bmp': Blob;
        'image/*': Blob;
        'application/octet-stream': Blob;
        'multipart/form-data': Blob;
      };
    };
    responses: {
      /** @description The faces of the photo. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FaceComparisonResponse'];
        };
      };
      /**
       * @description `invalid_json`: The Content-Type of the body, or of a part of a form, is application/json and it cannot be parsed as JSON.
       *
       *     `invalid_parameter`: A field of the body, a part of a form, a query parameter or a request header is unknown, has the wrong type or lies outside its limits; or the body is no well-formed multipart/form-data.
       *
       *     `image_source_missing`: The body is empty, or neither `url` nor `img` (nor, in /compare, `face_hash`) is given, or a part of a form is missing or empty.
       *
       *     `image_source_ambiguous`: More than one of `url`, `img` and `face_hash` is given where exactly one is expected, or a form has a part twice.
       *
       *     `invalid_base64`: `img` is neither base64 (RFC 4648, standard or URL-safe alphabet) nor a data: URL with base64 content. Line breaks and indentation are passed over; padding may be left out. A single space within a line is refused: it is a "+" that was decoded as a form.
       *
       *     `malformed_request`: The bytes on the connection are no request of HTTP/1.1: the request line, a header or the length of the body is wrong. The connection is closed.
       */
      400: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthorized`: The service wants a key and the request has none, or one that the service does not know. */
      401: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          'WWW-Authenticate': components['headers']['wwwAuthenticate'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The key is known, and it may not be used for this call. */
      403: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `method_not_allowed`: The path answers other methods than the one that was used. The header `Allow` lists them. */
      405: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          Allow: components['headers']['allow'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `request_timeout`: The head or the body of the request had not arrived in whole when its time was over. The connection is closed. */
      408: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `model_version_unavailable`: The request pins a model version (header Face-Model-Version, or the FaceModelVersion of a stored vector) that this service does not have loaded. It is never answered by another version in silence. */
      409: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `body_too_large`: The body of the request has more bytes than the service takes. It was not read to its end.
       *
       *     `image_too_large`: The encoded photo, in the body, in a part of a form or behind the URL, has more bytes than the service takes. A download is stopped at the limit.
       */
      413: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The Content-Type of the request is missing, or it is none that this call takes; or that of a part of a form is none that the part may have. */
      415: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `expectation_failed`: The header Expect asks for something other than 100-continue. */
      417: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `unsupported_image_format`: The first bytes of the photo are those of no format that the service reads. Names and media types do not count.
       *
       *     `image_undecodable`: The photo begins as JPEG, PNG or BMP, and its pixels cannot be decoded completely: the file is cut off or damaged. A photo is never answered in part: lost or wrong pixels would make another person of a face. A JPEG whose pixels are complete is accepted without its end marker.
       *
       *     `image_dimensions_exceeded`: The longest side of the photo, by its header, exceeds the limit of its format: by default 4096 pixels for PNG and BMP, and 16384 for JPEG, which is decoded at a reduced scale. A progressive JPEG may have fewer pixels, because a decoder keeps all of its coefficients. The photo was not decoded.
       *
       *     `url_not_allowed`: The URL is no valid http, https or s3 URL, or it (or a redirect from it) leads to an address that is not public, or to a host, port or bucket that the operator of the service does not allow.
       *
       *     `url_unreachable`: The host of the URL could not be found or reached, answered too late, redirected too often or answered with an error.
       */
      422: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `rate_limited`: This key (or, without keys, this address) has used up its requests for now.
       *
       *     `overloaded`: The queue is full, whoever filled it. The request was not begun.
       */
      429: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `headers_too_large`: The request line and the headers have more bytes together than the service reads. The connection is closed. */
      431: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something broke inside the service. What it was is in its log under the `requestId` and not in the answer. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `not_ready`: The process has started and its default model is still being downloaded, loaded or warmed.
       *
       *     `shutting_down`: The process was told to end. It finishes what it has begun and takes nothing new.
       */
      503: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `deadline_exceeded`: Fetching, waiting in the queue and computing took longer together than a request may take. The work was given up. */
      504: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  compareFaces: {
    parameters: {
      query?: {
        /** @description Whether faces carry their five landmarks. */
        landmarks?: boolean;
        /** @description Whether faces carry sharpness, brightness, pose and size. */
        quality?: boolean;
        /** @description Whether faces carry their vector. */
        face_hash?: boolean;
        /** @description Faces whose Confidence is below this are left out, from 0 to 1. */
        min_confidence?: number;
        /** @description Which face of the source to compare when it has several: `largest` takes the largest one, and among faces of about the same area (within 20 %, fading out to 40 %) the most central one; `only` answers multiple_faces_found when a second face has more than a quarter of its area. */
        source_face?: 'largest' | 'only';
        /** @description How closely to look: `normal` costs the same for every photo; `high` finds smaller faces in large photos of crowds and takes several times as long. */
        detail?: 'normal' | 'high';
      };
      header?: {
        /** @description Pins the request to a version of the model: it is answered by that version or with model_version_unavailable, never by another. */
        'Face-Model-Version'?: components['parameters']['modelVersion'];
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CompareRequest'];
        'multipart/form-data': Blob;
      };
    };
    responses: {
      /** @description Which faces of the target are those of the source. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CompareResponse'];
        };
      };
      /**
       * @description `invalid_json`: The Content-Type of the body, or of a part of a form, is application/json and it cannot be parsed as JSON.
       *
       *     `invalid_parameter`: A field of the body, a part of a form, a query parameter or a request header is unknown, has the wrong type or lies outside its limits; or the body is no well-formed multipart/form-data.
       *
       *     `image_source_missing`: The body is empty, or neither `url` nor `img` (nor, in /compare, `face_hash`) is given, or a part of a form is missing or empty.
       *
       *     `image_source_ambiguous`: More than one of `url`, `img` and `face_hash` is given where exactly one is expected, or a form has a part twice.
       *
       *     `invalid_base64`: `img` is neither base64 (RFC 4648, standard or URL-safe alphabet) nor a data: URL with base64 content. Line breaks and indentation are passed over; padding may be left out. A single space within a line is refused: it is a "+" that was decoded as a form.
       *
       *     `malformed_request`: The bytes on the connection are no request of HTTP/1.1: the request line, a header or the length of the body is wrong. The connection is closed.
       */
      400: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unauthorized`: The service wants a key and the request has none, or one that the service does not know. */
      401: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          'WWW-Authenticate': components['headers']['wwwAuthenticate'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The key is known, and it may not be used for this call. */
      403: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `method_not_allowed`: The path answers other methods than the one that was used. The header `Allow` lists them. */
      405: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          Allow: components['headers']['allow'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `request_timeout`: The head or the body of the request had not arrived in whole when its time was over. The connection is closed. */
      408: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `model_version_unavailable`: The request pins a model version (header Face-Model-Version, or the FaceModelVersion of a stored vector) that this service does not have loaded. It is never answered by another version in silence.
       *
       *     `embedding_space_mismatch`: Two sides of a comparison belong to different embedding spaces: two stored vectors, or a stored vector and the version that the request pins. A number computed from them would mean nothing.
       */
      409: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `body_too_large`: The body of the request has more bytes than the service takes. It was not read to its end.
       *
       *     `image_too_large`: The encoded photo, in the body, in a part of a form or behind the URL, has more bytes than the service takes. A download is stopped at the limit.
       */
      413: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `unsupported_media_type`: The Content-Type of the request is missing, or it is none that this call takes; or that of a part of a form is none that the part may have. */
      415: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `expectation_failed`: The header Expect asks for something other than 100-continue. */
      417: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `unsupported_image_format`: The first bytes of the photo are those of no format that the service reads. Names and media types do not count.
       *
       *     `image_undecodable`: The photo begins as JPEG, PNG or BMP, and its pixels cannot be decoded completely: the file is cut off or damaged. A photo is never answered in part: lost or wrong pixels would make another person of a face. A JPEG whose pixels are complete is accepted without its end marker.
       *
       *     `image_dimensions_exceeded`: The longest side of the photo, by its header, exceeds the limit of its format: by default 4096 pixels for PNG and BMP, and 16384 for JPEG, which is decoded at a reduced scale. A progressive JPEG may have fewer pixels, because a decoder keeps all of its coefficients. The photo was not decoded.
       *
       *     `url_not_allowed`: The URL is no valid http, https or s3 URL, or it (or a redirect from it) leads to an address that is not public, or to a host, port or bucket that the operator of the service does not allow.
       *
       *     `url_unreachable`: The host of the URL could not be found or reached, answered too late, redirected too often or answered with an error.
       *
       *     `no_face_found`: The photo given as `source` of /compare has no face, so there is nothing to compare with. A target without a face is no error: there are no matches then. /face_comparison answers an empty list and never this.
       *
       *     `multiple_faces_found`: The request has source_face=only, and the photo given as `source` of /compare has a second face of more than a quarter of the area of the face that would be compared.
       */
      422: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `rate_limited`: This key (or, without keys, this address) has used up its requests for now.
       *
       *     `overloaded`: The queue is full, whoever filled it. The request was not begun.
       */
      429: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `headers_too_large`: The request line and the headers have more bytes together than the service reads. The connection is closed. */
      431: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something broke inside the service. What it was is in its log under the `requestId` and not in the answer. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /**
       * @description `not_ready`: The process has started and its default model is still being downloaded, loaded or warmed.
       *
       *     `shutting_down`: The process was told to end. It finishes what it has begun and takes nothing new.
       */
      503: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `deadline_exceeded`: Fetching, waiting in the queue and computing took longer together than a request may take. The work was given up. */
      504: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Server-Timing': components['headers']['serverTiming'];
          'RateLimit-Limit': components['headers']['rateLimitLimit'];
          'RateLimit-Remaining': components['headers']['rateLimitRemaining'];
          'RateLimit-Reset': components['headers']['rateLimitReset'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  serverLive: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process answers. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerLive'];
        };
      };
    };
  };
  serverReady: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The service is ready. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServerReady'];
        };
      };
      /**
       * @description `not_ready`: The process has started and its default model is still being downloaded, loaded or warmed.
       *
       *     `shutting_down`: The process was told to end. It finishes what it has begun and takes nothing new.
       */
      503: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  modelMetadata: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path: {
        /** @description The name of a model, from its manifest. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The model. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelMetadata'];
        };
      };
      /** @description `unauthorized`: The service wants a key and the request has none, or one that the service does not know. */
      401: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'WWW-Authenticate': components['headers']['wwwAuthenticate'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The key is known, and it may not be used for this call. */
      403: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: The path is none of the service, or it names a model or a version that the service does not serve. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: This key (or, without keys, this address) has used up its requests for now. */
      429: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something broke inside the service. What it was is in its log under the `requestId` and not in the answer. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_ready`: The process has started and its default model is still being downloaded, loaded or warmed. */
      503: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  modelReady: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path: {
        /** @description The name of a model, from its manifest. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The version is ready. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelReady'];
        };
      };
      /** @description `unauthorized`: The service wants a key and the request has none, or one that the service does not know. */
      401: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'WWW-Authenticate': components['headers']['wwwAuthenticate'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The key is known, and it may not be used for this call. */
      403: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: The path is none of the service, or it names a model or a version that the service does not serve. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: This key (or, without keys, this address) has used up its requests for now. */
      429: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something broke inside the service. What it was is in its log under the `requestId` and not in the answer. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_ready`: The process has started and its default model is still being downloaded, loaded or warmed. */
      503: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  modelVersionMetadata: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path: {
        /** @description The name of a model, from its manifest. */
        name: string;
        /** @description The version of a model. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The version. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelMetadata'];
        };
      };
      /** @description `unauthorized`: The service wants a key and the request has none, or one that the service does not know. */
      401: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'WWW-Authenticate': components['headers']['wwwAuthenticate'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The key is known, and it may not be used for this call. */
      403: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: The path is none of the service, or it names a model or a version that the service does not serve. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: This key (or, without keys, this address) has used up its requests for now. */
      429: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something broke inside the service. What it was is in its log under the `requestId` and not in the answer. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_ready`: The process has started and its default model is still being downloaded, loaded or warmed. */
      503: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  modelVersionReady: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path: {
        /** @description The name of a model, from its manifest. */
        name: string;
        /** @description The version of a model. */
        version: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The version is ready. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelReady'];
        };
      };
      /** @description `unauthorized`: The service wants a key and the request has none, or one that the service does not know. */
      401: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'WWW-Authenticate': components['headers']['wwwAuthenticate'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `forbidden`: The key is known, and it may not be used for this call. */
      403: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_found`: The path is none of the service, or it names a model or a version that the service does not serve. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `rate_limited`: This key (or, without keys, this address) has used up its requests for now. */
      429: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `internal`: Something broke inside the service. What it was is in its log under the `requestId` and not in the answer. */
      500: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description `not_ready`: The process has started and its default model is still being downloaded, loaded or warmed. */
      503: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          'Retry-After': components['headers']['retryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  openApi: {
    parameters: {
      query?: never;
      header?: {
        /** @description An id of yours for this request: 1 to 128 printable ASCII characters without spaces. It is echoed; any other value is replaced by an id that the service makes. */
        'X-Request-Id'?: components['parameters']['requestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The OpenAPI document. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['requestId'];
          'Face-Model-Version': components['headers']['modelVersion'];
          'Face-Embedding-Space': components['headers']['embeddingSpace'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            [key: string]: unknown;
          };
        };
      };
    };
  };
}
