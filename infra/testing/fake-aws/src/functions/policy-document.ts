import { isRecord } from '../account/paths.js';
import type { AwsFunction } from './aws-function.js';

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const oneOrMany = (values: unknown[]): unknown => (values.length === 1 ? values[0] : values);

/** A statement in the words of the SDK as one in the words of IAM. */
function statement(value: unknown): Record<string, unknown> {
  const from = isRecord(value) ? value : {};
  const principals = list(from['principals']).filter(isRecord);
  const conditions = list(from['conditions']).filter(isRecord);
  const written: Record<string, unknown> = {
    Sid: from['sid'],
    Effect: from['effect'] ?? 'Allow',
    Action: many(from['actions']),
    NotAction: many(from['notActions']),
    Resource: many(from['resources']),
    NotResource: many(from['notResources']),
  };
  if (principals.length > 0) {
    const everyone = principals.every((principal) => principal['type'] === '*');
    written['Principal'] = everyone
      ? '*'
      : Object.fromEntries(principals.map((principal) => [String(principal['type']), many(principal['identifiers'])]));
  }
  if (conditions.length > 0) {
    const tests: Record<string, Record<string, unknown>> = {};
    for (const condition of conditions) {
      const test = (tests[String(condition['test'])] ??= {});
      test[String(condition['variable'])] = many(condition['values']);
    }
    written['Condition'] = tests;
  }
  return Object.fromEntries(Object.entries(written).filter(([, part]) => part !== undefined));
}

const many = (value: unknown): unknown => (list(value).length === 0 ? undefined : oneOrMany(list(value)));

/** `aws.iam.getPolicyDocument`: statements as a policy in JSON. */
export const policyDocument: AwsFunction = (args) => {
  const document = { Version: args['version'] ?? '2012-10-17', Statement: list(args['statements']).map(statement) };
  return { ...args, id: '1', json: JSON.stringify(document, null, 2), minifiedJson: JSON.stringify(document) };
};
