import { readFile } from 'node:fs/promises';
import Type from 'typebox';
import { Check } from 'typebox/value';
import { parse, stringify } from 'yaml';

/** How an API server is reached by somebody with a client certificate; all in PEM. */
export interface Credentials {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const KubeconfigSchema = Type.Object({
  clusters: Type.Array(
    Type.Object({ cluster: Type.Object({ server: Type.String(), 'certificate-authority-data': Type.String() }) }),
    { minItems: 1 },
  ),
  users: Type.Array(
    Type.Object({ user: Type.Object({ 'client-certificate-data': Type.String(), 'client-key-data': Type.String() }) }),
    { minItems: 1 },
  ),
});

/**
 * Reads the first cluster and the first user of a kubeconfig that holds its certificates itself.
 * @throws Error for any other kind
 */
export async function readCredentials(kubeconfig: string): Promise<Credentials> {
  return parseCredentials(await readFile(kubeconfig, 'utf8'), kubeconfig);
}

/** @param where names the text in errors */
export function parseCredentials(text: string, where: string): Credentials {
  const value: unknown = parse(text);
  if (!Check(KubeconfigSchema, value)) {
    throw new Error(`${where}: expected a kubeconfig with certificates inside, as the test control plane writes it`);
  }
  const [cluster] = value.clusters;
  const [user] = value.users;
  if (cluster === undefined || user === undefined) throw new Error(`${where} names no cluster or no user`);
  const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
  return {
    server: cluster.cluster.server,
    ca: decode(cluster.cluster['certificate-authority-data']),
    cert: decode(user.user['client-certificate-data']),
    key: decode(user.user['client-key-data']),
  };
}

/** A kubeconfig for somebody else: another program, or the way through a proxy. */
export function kubeconfigOf({ server, ca, cert, key }: Credentials): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': encode(ca) } }],
    users: [{ name: 'test', user: { 'client-certificate-data': encode(cert), 'client-key-data': encode(key) } }],
  });
}
