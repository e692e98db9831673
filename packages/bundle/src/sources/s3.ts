import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';

import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';

import { BundleError, rootReason } from '../bundle-error.js';
import {
  parseContentRange,
  TransientError,
  type RemoteBody,
  type RemoteFile,
  type ResumePoint,
} from './remote-file.js';

/** What is not given is found as the AWS SDK finds it: environment, profile, pod identity. */
export interface S3Options {
  /** Another S3 than Amazon's, e.g. http://minio:9000; otherwise AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Bucket in the path and not in the host name; by default when the endpoint is not Amazon's. */
  readonly forcePathStyle?: boolean;
  /** Makes the agents that open the connections, for a proxy for example; those of the SDK unless given. */
  readonly agents?: () => { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent };
}

export interface S3Source {
  file(key: string): RemoteFile;
  /** Closes the connections. */
  close(): void;
}

/** The objects of a bucket. The AWS SDK is loaded here, so that who has no s3 bundle does not pay for it. */
export async function openS3(bucket: string, { agents, ...options }: S3Options): Promise<S3Source> {
  const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  const client = new S3Client({
    forcePathStyle: (options.endpoint ?? AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) !== undefined,
    followRegionRedirects: true,
    // `transfer` repeats, for every source by the same rule.
    maxAttempts: 1,
    // The manifest's sha256 decides; the stores that speak S3 do not agree on other checksums.
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(agents !== undefined && { requestHandler: agents() }),
    ...options,
  });

  async function open(key: string, resume: ResumePoint | undefined, signal: AbortSignal): Promise<RemoteBody> {
    const name = `s3://${bucket}/${key}`;
    try {
      const output = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ...(resume !== undefined && { Range: `bytes=${resume.fromByte}-` }),
          ...(resume?.etag !== undefined && { IfMatch: resume.etag }),
        }),
        { abortSignal: signal },
      );
      return bodyOf(output);
    } catch (cause) {
      const status = statusOf(cause);
      if (resume !== undefined && (status === 412 || status === 416)) {
        // The object has changed since, or is no longer than what is there: the whole of it will do.
        return open(key, undefined, signal);
      }
      throw explain(cause, name, status);
    }
  }

  return {
    file: (key) => ({ name: `s3://${bucket}/${key}`, open: (resume, signal) => open(key, resume, signal) }),
    close: () => client.destroy(),
  };
}

function bodyOf(output: GetObjectCommandOutput): RemoteBody {
  const { Body, ContentLength, ContentRange, ETag } = output;
  if (!(Body instanceof Readable)) {
    throw new TransientError('S3 answered without a body');
  }
  const range = ContentRange === undefined ? undefined : parseContentRange(ContentRange);
  return {
    startsAt: range?.startsAt ?? 0,
    totalBytes: range === undefined ? ContentLength : range.totalBytes,
    etag: ETag,
    chunks: Body,
  };
}

/** Also of answers that are not S3's own, such as a proxy's page, which the SDK reports as errors of its parser. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) {
    return undefined;
  }
  const metadata = error.$metadata;
  return typeof metadata === 'object' &&
    metadata !== null &&
    'httpStatusCode' in metadata &&
    typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}

function explain(cause: unknown, name: string, status: number | undefined): Error {
  const answer = status === undefined ? '' : ` S3 answered ${status},`;
  const message = `cannot read ${name}:${answer} ${rootReason(cause)}`;
  const errorName = typeof cause === 'object' && cause !== null && 'name' in cause ? cause.name : undefined;
  if (status === 404) {
    return new BundleError('source_not_found', message, { cause });
  }
  if (status === 401 || status === 403 || errorName === 'CredentialsProviderError') {
    return new BundleError('source_forbidden', message, { cause });
  }
  if (status !== undefined && status >= 300 && status < 500 && status !== 408 && status !== 429) {
    return new BundleError('source_unreachable', message, { cause });
  }
  return new TransientError(message, undefined, { cause });
}
