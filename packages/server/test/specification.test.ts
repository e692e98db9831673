import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPhotoBucket, type PhotoBucket } from './kit/bucket.js';
import { HOST_CERTIFICATE, startImageHost, type ImageHost } from './kit/image-host.js';
import { photo } from './kit/pictures.js';
import { removeTemporaryFolders, temporaryFolder } from './kit/plan-file.js';
import { stopServers, TestServer } from './kit/server.js';

// The table of the specification of POST /face_comparison ("Face Comparison" of the AWS AI Solution Kit), written down by hand.
// It must not use the schemas of the contract, which it judges.

type Check = (value: unknown) => boolean;

const isFraction: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const isText: Check = (value) => typeof value === 'string' && value !== '';
const isHash: Check = (value) =>
  Array.isArray(value) &&
  value.length === 768 &&
  value.every((item) => typeof item === 'number' && Number.isFinite(item));

/** Each field by its path; `[]` stands for each item of a list. */
const SPECIFICATION: Readonly<Record<string, Check>> = {
  Faces: Array.isArray,
  'Faces[].BoundingBox.Width': isFraction,
  'Faces[].BoundingBox.Height': isFraction,
  'Faces[].BoundingBox.Left': isFraction,
  'Faces[].BoundingBox.Top': isFraction,
  // "confidence score of the recognized face, a float between 0 and 1"
  'Faces[].Confidence': isFraction,
  'Faces[].face_hash': isHash,
  FaceModelVersion: isText,
};

/** What a path leads to in an answer. */
function valuesAt(answer: unknown, path: string): unknown[] {
  return path.split('.').reduce<unknown[]>(
    (values, step) => {
      const isList = step.endsWith('[]');
      const name = isList ? step.slice(0, -2) : step;
      const members = values.map((value) => (value as Readonly<Record<string, unknown>>)[name]);
      return isList ? members.flatMap((member) => member as unknown[]) : members;
    },
    [answer],
  );
}

let host: ImageHost;
let tlsHost: ImageHost;
let bucket: PhotoBucket;
let server: TestServer;

beforeAll(async () => {
  [host, tlsHost, bucket] = await Promise.all([startImageHost(), startImageHost({ tls: true }), startPhotoBucket()]);
  const certificate = join(temporaryFolder(), 'ca.pem');
  writeFileSync(certificate, HOST_CERTIFICATE);
  server = await TestServer.ready(
    [
      ...['--lanes', '1', '--allow-host', host.host, '--allow-host', tlsHost.host],
      ...['--s3-bucket', 'photos', '--s3-endpoint', bucket.endpoint, '--s3-region', 'us-east-1'],
    ],
    { ...bucket.env, NODE_EXTRA_CA_CERTS: certificate },
  );
});

afterAll(async () => {
  await stopServers();
  await Promise.all([host.close(), tlsHost.close(), bucket.close()]);
  removeTemporaryFolders();
});

describe.each<[string, () => object]>([
  ['img', () => ({ img: photo('sample4.jpg').toString('base64') })],
  ['url with http', () => ({ url: host.url('/photos/sample4.jpg') })],
  ['url with https', () => ({ url: tlsHost.url('/photos/sample4.jpg') })],
  ['url with s3', () => ({ url: 's3://photos/sample4.jpg' })],
])('an answer to a request with %s', (_what, body) => {
  let answer: unknown;

  beforeAll(async () => {
    const response = await server.postJson('/face_comparison', body());
    expect(response.status).toBe(200);
    answer = await response.json();
  });

  it.each(Object.entries(SPECIFICATION))('has %s as the specification says', (path, check) => {
    const values = valuesAt(answer, path);
    expect(values).not.toHaveLength(0);
    expect(values.filter((value) => !check(value))).toEqual([]);
  });

  it('has no other fields unless they are asked for', () => {
    const faces = valuesAt(answer, 'Faces[]').map((face) => Object.keys(face as object).sort());
    expect(new Set(faces.map(String))).toEqual(new Set(['BoundingBox,Confidence,face_hash']));
    expect(Object.keys(answer as object).sort()).toEqual(['FaceModelVersion', 'Faces']);
  });
});
