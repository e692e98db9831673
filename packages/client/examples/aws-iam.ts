import { readFile } from 'node:fs/promises';
import { Sha256 } from '@aws-crypto/sha256-js';
import { FaceComparison } from '@face-comparison/client';
import { SignatureV4 } from '@smithy/signature-v4';

const signer = new SignatureV4({
  service: 'execute-api',
  region: 'eu-central-1',
  // In an app: fromNodeProviderChain() of @aws-sdk/credential-providers, or those of a Cognito identity.
  credentials: {
    accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
  },
  sha256: Sha256,
});

/** Signs method, path, query, headers and body (AWS Signature Version 4). Called for each attempt, so the time is right. */
async function sign(request: Request): Promise<Request> {
  const { hostname, host, pathname, searchParams } = new URL(request.url);
  const body = await request.clone().arrayBuffer();
  const { headers } = await signer.sign({
    method: request.method,
    protocol: 'https:',
    hostname,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { ...Object.fromEntries(request.headers), host },
    body,
  });
  for (const name of ['authorization', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token']) {
    const value = headers[name];
    if (value !== undefined) request.headers.set(name, value);
  }
  return request;
}

const faces = new FaceComparison({ baseUrl: 'https://faces.example.com/prod', sign });
const { faces: found } = await faces.analyze(await readFile('anna.jpg'), { maxFaces: 1, landmarks: true });
console.log(`${found.length} face`);
