import { createHash } from 'node:crypto';
import { isRecord, textAt } from '../account/paths.js';
import type { Answer } from './answer.js';
import type { Backend } from './route.js';

/** Answers as the service does: it looks at the key once more, and finds one match in every photo. */
export function comparison({ cluster, face }: Backend, key: string | undefined): Answer {
  const keysSecret = textAt(face.inputs, 'spec.auth.keysSecret');
  if (keysSecret !== '') {
    const secret = cluster.get('v1/Secret', face.namespace, keysSecret);
    if (key === undefined || !digests(secret?.inputs ?? {}).includes(sha256(key))) {
      return { status: 401, body: { error: { code: 'unauthorized', message: 'The key is missing or unknown.' } } };
    }
  }
  const model = cluster.get(
    'face-comparison.dev/v1alpha1/FaceModel',
    face.namespace,
    textAt(face.inputs, 'spec.model'),
  );
  const box = { Left: 0.1, Top: 0.1, Width: 0.5, Height: 0.5 };
  return {
    status: 200,
    body: {
      SourceImageFace: { BoundingBox: box, Confidence: 0.999 },
      FaceMatches: [{ Similarity: 100, Face: { BoundingBox: box, Confidence: 0.999 } }],
      UnmatchedFaces: [],
      FaceModelVersion: textAt(model?.inputs, 'spec.version'),
    },
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Digests of the keys in the keys file, which is the one entry of the Secret. */
function digests(secret: Readonly<Record<string, unknown>>): string[] {
  const data = isRecord(secret['data']) ? Object.values(secret['data']) : [];
  const clear = isRecord(secret['stringData']) ? Object.values(secret['stringData']) : [];
  const files = [...data.map((value) => Buffer.from(String(value), 'base64').toString()), ...clear.map(String)];
  return files.flatMap((file) => [...file.matchAll(/"sha256":"([0-9a-f]{64})"/g)].map((match) => match[1] ?? ''));
}
