import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parseAllDocuments } from 'yaml';

const Labels = Type.Record(Type.String(), Type.String());

const DocumentSchema = Type.Object({
  apiVersion: Type.String({ minLength: 1 }),
  kind: Type.String({ minLength: 1 }),
  metadata: Type.Object({
    name: Type.String({ minLength: 1 }),
    namespace: Type.Optional(Type.String({ minLength: 1 })),
    labels: Type.Optional(Labels),
    annotations: Type.Optional(Labels),
  }),
});
/** An object of Kubernetes, as far as all kinds are alike. */
export type Document = Static<typeof DocumentSchema>;

const RoleSchema = Type.Object({
  rules: Type.Array(
    Type.Object({
      apiGroups: Type.Array(Type.String()),
      resources: Type.Array(Type.String()),
      verbs: Type.Array(Type.String()),
    }),
  ),
});

const DeploymentSchema = Type.Object({
  spec: Type.Object({
    selector: Type.Object({ matchLabels: Labels }),
    template: Type.Object({
      metadata: Type.Object({ labels: Labels }),
      spec: Type.Object({
        securityContext: Type.Object({}),
        containers: Type.Array(
          Type.Object({
            image: Type.String(),
            args: Type.Array(Type.String()),
            securityContext: Type.Object({}),
            resources: Type.Object({ requests: Labels, limits: Labels }),
          }),
          { minItems: 1, maxItems: 1 },
        ),
      }),
    }),
  }),
});

const ServiceSchema = Type.Object({ spec: Type.Object({ selector: Labels }) });

/**
 * Reads a stream of YAML documents; empty ones are left out.
 * @throws Error for what is no YAML, has a key twice, or is no object of Kubernetes
 */
export function parseDocuments(text: string): readonly Document[] {
  return [...parseAllDocuments(text, { uniqueKeys: true })].flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    return value === null ? [] : [parse(DocumentSchema, value, JSON.stringify(value).slice(0, 200))];
  });
}

/** The documents of a kind. */
export function ofKind(documents: readonly Document[], ...kinds: readonly string[]): readonly Document[] {
  return documents.filter(({ kind }) => kinds.includes(kind));
}

export function rulesOf(role: Document): Static<typeof RoleSchema>['rules'] {
  return parse(RoleSchema, role, nameOf(role)).rules;
}

/** The one Deployment among documents. */
export function deploymentOf(documents: readonly Document[]): Static<typeof DeploymentSchema>['spec'] {
  const [deployment, another] = ofKind(documents, 'Deployment');
  if (deployment === undefined || another !== undefined) throw new Error('expected one Deployment');
  return parse(DeploymentSchema, deployment, nameOf(deployment)).spec;
}

export function selectorOf(service: Document): Readonly<Record<string, string>> {
  return parse(ServiceSchema, service, nameOf(service)).spec.selector;
}

/** Kind, namespace and name, which tell an object from others. */
export function nameOf({ kind, metadata: { namespace, name } }: Document): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function parse<T extends TSchema>(schema: T, value: unknown, what: string): Static<T> {
  if (Value.Check(schema, value)) return value;
  const [error] = Value.Errors(schema, value);
  throw new Error(`${what}: ${error?.instancePath ?? ''} ${error?.message ?? 'has another form'}`);
}
