import { AwsError } from '../account/aws-error.js';
import { isRecord, textAt, valuesAt } from '../account/paths.js';
import type { AccountState } from '../account/account-state.js';

const bad = 'BadRequestException';

/** A method of an imported API, and where its requests go. */
export interface Method {
  /** `GET /compare` */
  readonly name: string;
  readonly integration: Readonly<Record<string, unknown>>;
  readonly needsKey: boolean;
  readonly needsSignature: boolean;
}

const verbs = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'x-amazon-apigateway-any-method'];

/**
 * Reads the OpenAPI document of a REST API.
 *
 * @throws AwsError `BadRequestException` for what API Gateway does not import: anything but 2.0 and 3.0, and methods without an
 *   integration ("Amazon API Gateway important notes" in its developer guide).
 */
export function importMethods(body: string): Method[] {
  const document = parse(body);
  const version = textAt(document, 'openapi') || textAt(document, 'swagger');
  if (!/^(?:3\.0\.\d+|2\.0)$/.test(version)) {
    throw new AwsError(
      bad,
      `Errors found during import: Unsupported OpenAPI version '${version}'. REST APIs import 2.0 and 3.0`,
    );
  }
  const paths = isRecord(document['paths']) ? document['paths'] : {};
  return Object.entries(paths).flatMap(([path, item]) => methodsOf(document, path, isRecord(item) ? item : {}));
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(body);
    if (isRecord(document)) return document;
  } catch {
    // Said below.
  }
  throw new AwsError(bad, 'Invalid specification provided: it is not a JSON object');
}

function methodsOf(
  document: Readonly<Record<string, unknown>>,
  path: string,
  item: Readonly<Record<string, unknown>>,
): Method[] {
  return verbs.flatMap((verb) => {
    const method = item[verb];
    if (!isRecord(method)) return [];
    const name = `${verb.startsWith('x-') ? 'ANY' : verb.toUpperCase()} ${path}`;
    const integration = method['x-amazon-apigateway-integration'];
    if (!isRecord(integration)) throw new AwsError(bad, `No integration defined for method: ${name}`);
    const security = valuesAt(method['security'] === undefined ? document : method, 'security');
    const schemes = security.flatMap((requirement) => (isRecord(requirement) ? Object.keys(requirement) : []));
    const kindOf = (scheme: string): string =>
      textAt(document, `components.securitySchemes.${scheme}.x-amazon-apigateway-authtype`);
    return [
      {
        name,
        integration,
        needsKey: schemes.some(
          (scheme) =>
            kindOf(scheme) === '' && textAt(document, `components.securitySchemes.${scheme}.type`) === 'apiKey',
        ),
        needsSignature: schemes.some((scheme) => kindOf(scheme) === 'awsSigv4'),
      },
    ];
  });
}

/** @throws AwsError when an integration leads to a link or a load balancer that does not exist. */
export function integrationsLead(world: AccountState, methods: readonly Method[]): void {
  for (const { name, integration } of methods) {
    if (integration['connectionType'] !== 'VPC_LINK') continue;
    const link = world.entities.find('apigatewayv2/vpcLink', textAt(integration, 'connectionId'));
    if (link?.state !== 'active') {
      throw new AwsError(
        bad,
        `${name}: VPC link '${textAt(integration, 'connectionId')}' does not exist or is not available`,
      );
    }
    const target = textAt(integration, 'integrationTarget');
    if (!world.entities.find('lb/loadBalancer', target) && !world.entities.find('lb/listener', target)) {
      throw new AwsError(bad, `${name}: integrationTarget '${target}' is not a load balancer`);
    }
  }
}
