import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

/** A request whose body is known before it is sent. */
export interface HttpRequest {
  readonly url: string;
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The request with Signature Version 4 for API Gateway.
 *
 * @throws where no AWS credentials are found
 */
export async function signed(request: HttpRequest, region: string): Promise<HttpRequest> {
  const { protocol, hostname, port, host, pathname } = new URL(request.url);
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: defaultProvider(),
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: request.method,
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: pathname,
    query: {},
    headers: { ...request.headers, host },
    body: request.body,
  });
  return { ...request, headers };
}
