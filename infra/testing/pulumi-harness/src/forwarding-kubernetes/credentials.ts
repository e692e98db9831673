import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { objectAt, objectsAt, parseObject, stringAt, type JsonObject } from '../pulumi/json.js';

/** How to reach an API server, and as whom. */
export interface Credentials {
  readonly server: string;
  readonly ca: Buffer | undefined;
  readonly certificate: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly token: string | undefined;
}

/**
 * What a kubeconfig says of one context; kubectl reads it, for it knows all forms that there are.
 *
 * @param context the default is the current one
 * @throws Error when the user is to be had by a program (`exec`) or a password: this provider is for test clusters
 */
export async function readCredentials(kubeconfig: string, kubectl: string, context?: string): Promise<Credentials> {
  const args = ['config', 'view', '--raw', '--minify', '--output=json', `--kubeconfig=${kubeconfig}`];
  const { stdout } = await promisify(execFile)(kubectl, [...args, ...(context ? [`--context=${context}`] : [])]);
  const config = parseObject(stdout, kubeconfig);
  const cluster = objectAt(objectsAt(config, 'clusters')[0] ?? {}, 'cluster') ?? {};
  const user = objectAt(objectsAt(config, 'users')[0] ?? {}, 'user') ?? {};
  const unknown = Object.keys(user).filter((key) => !/^(token|client-(certificate|key)(-data)?)$/.test(key));
  if (unknown.length > 0) {
    throw new Error(`${kubeconfig}: expected a user with a token or a client certificate, got ${unknown.join(', ')}`);
  }
  const folder = dirname(kubeconfig);
  return {
    server: stringAt(cluster, 'server'),
    ca: await bytesOf(cluster, 'certificate-authority', folder),
    certificate: await bytesOf(user, 'client-certificate', folder),
    key: await bytesOf(user, 'client-key', folder),
    token: stringAt(user, 'token') || undefined,
  };
}

/** What `NAME-data` holds, or the file that `NAME` names. */
async function bytesOf(object: JsonObject, name: string, folder: string): Promise<Buffer | undefined> {
  const data = stringAt(object, `${name}-data`);
  if (data !== '') return Buffer.from(data, 'base64');
  const file = stringAt(object, name);
  return file === '' ? undefined : readFile(resolve(folder, file));
}
