import { objectAt, objectsAt, stringAt, type JsonObject } from '../pulumi/json.js';

/** What has to be true of an object until it counts as made. */
export interface Expectation {
  /** `condition=Ready` */
  readonly what: string;
  holds(object: JsonObject): boolean;
}

/**
 * The expectations of the annotation `pulumi.com/waitFor`: `condition=TYPE`, `condition=TYPE=STATUS`, or a JSON list of
 * such, all of which must hold. `jsonpath=` is not known here.
 *
 * https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/
 *
 * @throws Error for anything else
 */
export function parseWaitFor(annotation: string): Expectation[] {
  const parts: unknown = annotation.startsWith('[') ? JSON.parse(annotation) : [annotation];
  return (Array.isArray(parts) ? parts : []).map((part) => {
    const [, type, status = 'True'] = /^condition=([^=]+)(?:=(.+))?$/.exec(String(part)) ?? [];
    if (type === undefined) {
      throw new Error(`pulumi.com/waitFor: expected condition=TYPE or condition=TYPE=STATUS, got ${String(part)}`);
    }
    return { what: String(part), holds: (object) => isCurrent(object) && statusOf(object, type) === status };
  });
}

/** In words, where an object stands: its conditions, each with its message. */
export function describeConditions(object: JsonObject): string {
  const conditions = objectsAt(objectAt(object, 'status') ?? {}, 'conditions');
  if (conditions.length === 0) return 'it has no conditions yet';
  return conditions
    .map((condition) => {
      const message = stringAt(condition, 'message');
      return `${stringAt(condition, 'type')}=${stringAt(condition, 'status')}${message === '' ? '' : ` (${message})`}`;
    })
    .join(', ');
}

function statusOf(object: JsonObject, type: string): string | undefined {
  const conditions = objectsAt(objectAt(object, 'status') ?? {}, 'conditions');
  const condition = conditions.find((candidate) => stringAt(candidate, 'type') === type);
  return condition && stringAt(condition, 'status');
}

/** Whether the status speaks of the latest spec. An object without observedGeneration is taken at its word. */
function isCurrent(object: JsonObject): boolean {
  const observed = objectAt(object, 'status')?.['observedGeneration'];
  return observed === undefined || observed === objectAt(object, 'metadata')?.['generation'];
}
