import { RunError, runtime, StackReference } from '@pulumi/pulumi';
import Type, { type Static, type TObject } from 'typebox';
import { Check, Errors } from 'typebox/value';

const text = () => Type.String({ minLength: 1 });

/** What a stack of face-comparison-platform says of itself, as far as the service needs it. */
export const PLATFORM_OUTPUTS = Type.Object({
  region: text(),
  clusterName: text(),
  privateSubnetIds: Type.Array(text(), { minItems: 1 }),
  linkSecurityGroupId: text(),
  loadBalancerArn: text(),
  loadBalancerDnsName: text(),
  loadBalancerArnSuffix: text(),
  targetGroupArnSuffix: text(),
  nodePort: Type.Integer({ minimum: 30_000, maximum: 32_767 }),
  modelBucket: text(),
  modelReaderRoleArn: text(),
  serverRepository: text(),
  operatorRepository: text(),
  gpu: Type.Boolean(),
  kubeconfig: text(),
  monthlyCost: Type.Object({ total: Type.Number({ minimum: 0 }) }),
});

export type PlatformOutputs = Static<typeof PLATFORM_OUTPUTS>;

/** Outputs of the platform that cannot be used. */
export class PlatformError extends RunError {
  override readonly name = 'PlatformError';
}

/**
 * Reads the outputs of the stack of the platform.
 *
 * @throws PlatformError where it was never brought up, or by another version of the project
 */
export async function readPlatform(stack: string): Promise<PlatformOutputs> {
  await requireStack(stack);
  const reference = new StackReference(stack);
  const names = Object.keys(PLATFORM_OUTPUTS.properties);
  const details = await Promise.all(names.map((name) => reference.getOutputDetails(name)));
  return parsePlatform(
    stack,
    Object.fromEntries(
      names.flatMap((name, index): [string, unknown][] => {
        const detail = details[index];
        const value: unknown = detail?.value ?? detail?.secretValue;
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  );
}

/** A StackReference of a stack that is not there ends the program with "unknown stack", before it can say what to do. */
async function requireStack(stack: string): Promise<void> {
  try {
    await runtime.invoke('pulumi:pulumi:readStackOutputs', { name: stack });
  } catch (error) {
    throw new PlatformError(
      `The stack ${stack} cannot be read (${error instanceof Error ? error.message : String(error)}). ${advice(stack)}`,
    );
  }
}

/**
 * Checks what came as outputs.
 *
 * @throws PlatformError naming the outputs that are missing or wrong
 */
export function parsePlatform(stack: string, outputs: Readonly<Record<string, unknown>>): PlatformOutputs {
  if (Object.keys(outputs).length === 0) {
    throw new PlatformError(`The stack ${stack} has no outputs. ${advice(stack)}`);
  }
  const schema: TObject = PLATFORM_OUTPUTS;
  if (!Check(PLATFORM_OUTPUTS, outputs)) {
    const wrong = new Set(
      Errors(schema, outputs).flatMap((error) =>
        error.keyword === 'required' ? error.params.requiredProperties : [error.instancePath.split('/')[1] ?? ''],
      ),
    );
    throw new PlatformError(
      `The stack ${stack} was brought up by another version of face-comparison-platform: ` +
        `${[...wrong].join(', ')} ${wrong.size === 1 ? 'is' : 'are'} missing or of another type. ` +
        `In infra/platform of this checkout: pulumi up --stack ${stackName(stack)}`,
    );
  }
  return outputs;
}

function advice(stack: string): string {
  return (
    'The platform must be brought up before the service: ' +
    `in infra/platform, pulumi up --stack ${stackName(stack)}. Is it another stack? pulumi config set platformStack NAME`
  );
}

function stackName(stack: string): string {
  return stack.split('/').at(-1) ?? stack;
}
