import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Errors } from 'typebox/value';

import { describeValue, expectation } from './expectation.js';
import { nearestName } from './nearest-name.js';
import { asNode, nodeAt, pathText, propertiesOf, type Path, type SchemaNode } from './schema-node.js';
import { removeCommand, setCommand } from './set-command.js';
import type { SettingProblem } from './settings-error.js';

/** TypeBox stops at 8 errors unless told. */
const MAX_ERRORS = 500;

export interface SchemaProblemOptions {
  readonly project: string;
  /** Names of settings whose values must not be shown. */
  readonly secrets: ReadonlySet<string>;
}

/** Where `value` differs from the schema `root`, one problem for each place, the outermost first. */
export function schemaProblems(root: SchemaNode, value: unknown, options: SchemaProblemOptions): SettingProblem[] {
  const problems = new Map<string, SettingProblem>();
  const add = (path: Path, problem: string, fix: string): void => {
    const text = pathText(path);
    if (!problems.has(text)) {
      problems.set(text, { key: `${options.project}:${text}`, problem, fix });
    }
  };
  const mismatch = (path: Path): void => {
    const node = nodeAt(root, path);
    const received = valueAt(value, path);
    add(
      path,
      `is ${shown(received, path, options)}, but must be ${expectation(node, received)}`,
      setCommand(path, node),
    );
  };
  for (const error of allErrors(root, value)) {
    const path = pathOf(error.instancePath, value);
    if (error.keyword === 'required') {
      for (const property of error.params.requiredProperties) {
        mismatch([...path, property]);
      }
    } else if (error.keyword === 'additionalProperties') {
      for (const property of error.params.additionalProperties) {
        const here = [...path, property];
        add(here, `is not a setting; ${suggestion(path, property, nodeAt(root, path))}`, removeCommand(here));
      }
    } else if (error.keyword !== 'boolean' && !error.schemaPath.includes('/anyOf/')) {
      // 'boolean' repeats additionalProperties; a branch of a union says less than the union itself.
      mismatch(path);
    }
  }
  return [...problems.values()].sort((a, b) => a.key.localeCompare(b.key));
}

function suggestion(path: Path, property: string, node: SchemaNode): string {
  const known = propertiesOf(node).map(([name]) => name);
  if (known.length === 0) {
    return 'a name like this is not allowed here';
  }
  const nearest = nearestName(property, known);
  return nearest === undefined
    ? `known are ${known.map((name) => pathText([...path, name])).join(', ')}`
    : `did you mean ${pathText([...path, nearest])}?`;
}

function shown(value: unknown, path: Path, { secrets }: SchemaProblemOptions): string {
  return value !== undefined && secrets.has(String(path[0])) ? 'a secret' : describeValue(value);
}

function allErrors(schema: TSchema, value: unknown): ReturnType<typeof Errors> {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: MAX_ERRORS });
  try {
    return Errors(schema, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

/** A JSON Pointer as a path; what is an index and what a name is seen in the value. */
function pathOf(pointer: string, value: unknown): Path {
  const path: (string | number)[] = [];
  for (const segment of pointer.split('/').slice(1)) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(valueAt(value, path)) ? Number(name) : name);
  }
  return path;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, step) => {
    if (typeof step === 'number') {
      return Array.isArray(here) ? (here[step] as unknown) : undefined;
    }
    return asNode(here)[step];
  }, value);
}
