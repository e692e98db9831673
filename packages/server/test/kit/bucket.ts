import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';
import { photo, PHOTO_NAMES } from './pictures.js';
import { temporaryFolder } from './plan-file.js';

/** The one account that s3rver has. */
const KEY = 'S3RVER';

/** A store that speaks S3, with the golden photos in its bucket `photos`. */
export interface PhotoBucket {
  readonly endpoint: string;
  /** What a process needs in its environment to read from it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startPhotoBucket(): Promise<PhotoBucket> {
  const store = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: temporaryFolder(),
    resetOnClose: false,
    configureBuckets: [{ name: 'photos' }],
  });
  const { port } = await store.run();
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: KEY, secretAccessKey: KEY },
  });
  for (const name of PHOTO_NAMES) {
    await client.send(new PutObjectCommand({ Bucket: 'photos', Key: name, Body: photo(name) }));
  }
  client.destroy();
  return {
    endpoint,
    env: { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: KEY, AWS_REGION: 'us-east-1' },
    close: () => store.close(),
  };
}
