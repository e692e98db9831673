import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** What `@pulumi/aws` knows of a resource type. */
export interface SdkSchema {
  /** Properties a program may send. */
  readonly inputs: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
  /** Properties that only AWS fills in. */
  readonly outputs: ReadonlySet<string>;
  /** Outputs that are never shown or stored in clear. */
  readonly secretOutputs: ReadonlySet<string>;
}

const sdk = path.dirname(createRequire(import.meta.url).resolve('@pulumi/aws/package.json'));
const known = new Map<string, SdkSchema | undefined>();

/**
 * Reads the properties of a row (`'ec2/vpc'`) off the generated constructor in `@pulumi/aws`, so that the fake refuses exactly
 * what the SDK of the program does not know. Undefined when the SDK has no such type.
 */
export function sdkSchema(row: string): SdkSchema | undefined {
  if (!known.has(row)) known.set(row, readSchema(path.join(sdk, `${row}.js`)));
  return known.get(row);
}

function readSchema(file: string): SdkSchema | undefined {
  if (!existsSync(file)) return undefined;
  const source = readFileSync(file, 'utf8');
  const all = (pattern: RegExp): Set<string> => new Set([...source.matchAll(pattern)].map((match) => match[1] ?? ''));
  const outputs = all(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g);
  const listed = /additionalSecretOutputs: \[([^\]]*)\]/.exec(source)?.[1] ?? '';
  return {
    inputs: all(/resourceInputs\["(\w+)"\] = [^;]*args\?/g),
    required: all(/if \(args\?\.(\w+) === undefined && !opts\.urn\)/g),
    outputs,
    secretOutputs: new Set([...listed.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? '')),
  };
}
