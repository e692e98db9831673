import { unexpectedAnswer } from './errors/error-from-response.js';
import { readFace, parseServerTiming, type Analysis, type Comparison, type Meta } from './faces.js';
import type { components } from './generated/openapi.js';
import type { Answer } from './transport/transport.js';

type Schemas = components['schemas'];

/** @throws UnexpectedResponseError when the headers do not name the embedding space */
export function readAnalysis(answer: Answer<Schemas['FaceComparisonResponse']>): Analysis {
  const { Faces, FaceModelVersion } = answer.data;
  const meta = metaOf(answer, FaceModelVersion);
  return { ...meta, faces: Faces.map((face) => readFace(face, meta)) };
}

/** @throws UnexpectedResponseError when the headers do not name the embedding space */
export function readComparison(answer: Answer<Schemas['CompareResponse']>): Comparison {
  const { SourceImageFace: sourceFace, SourceImageFaceCount: sourceFaceCount, ...data } = answer.data;
  const { FaceMatches, UnmatchedFaces, FaceModelVersion } = data;
  const meta = metaOf(answer, FaceModelVersion);
  return {
    ...meta,
    ...(sourceFace && { sourceFace: readFace(sourceFace, meta) }),
    ...(sourceFaceCount !== undefined && { sourceFaceCount }),
    matches: FaceMatches.map(({ Similarity, Face }) => ({
      similarity: Similarity,
      ...(Face && { face: readFace(Face, meta) }),
    })),
    others: UnmatchedFaces.map(({ Similarity, BoundingBox, Confidence, ...rest }) => ({
      similarity: Similarity,
      ...(BoundingBox !== undefined &&
        Confidence !== undefined && { face: readFace({ BoundingBox, Confidence, ...rest }, meta) }),
    })),
  };
}

/**
 * What the headers of a response say.
 * @throws UnexpectedResponseError when they do not name the space, without which its embeddings are worth nothing
 */
function metaOf({ response, where }: Answer<unknown>, modelVersion: string): Meta {
  const { headers } = response;
  const embeddingSpace = headers.get('face-embedding-space');
  if (embeddingSpace === null) {
    throw unexpectedAnswer(
      where,
      response,
      'without the header Face-Embedding-Space; a proxy dropped it, or the service does not allow this page (CORS) to read it',
    );
  }
  return {
    modelVersion,
    embeddingSpace,
    requestId: headers.get('x-request-id') ?? '',
    serverTiming: parseServerTiming(headers.get('server-timing')),
  };
}
