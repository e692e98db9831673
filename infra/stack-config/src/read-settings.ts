import { Config, runtime } from '@pulumi/pulumi';
import type Type from 'typebox';
import type { Static } from 'typebox';
import { Check } from 'typebox/value';

import { asNode, closed, isText, propertiesOf } from './schema-node.js';
import { schemaProblems } from './schema-problems.js';
import { secretKeys } from './secret-keys.js';
import { SettingsError } from './settings-error.js';
import { withDefaults } from './with-defaults.js';

/** What settings must be together, where each of them is right by itself. */
export interface Rule<T> {
  /** The path that the message speaks of: gpu.maxNodes. */
  readonly key: string;
  holds(settings: T): boolean;
  /** What is wrong, after the key: "is 1, but gpu.minNodes is 2". */
  message(settings: T): string;
  /** A command that sets it right. */
  readonly fix?: string;
}

export interface ReadOptions<T> {
  /** Default: the config of the project that runs. */
  readonly config?: Config;
  readonly rules?: readonly Rule<T>[];
  /** Keys of the same project that `readSecret` reads. */
  readonly secrets?: readonly string[];
}

/**
 * Reads every key of `schema` from the config of the stack and fills in the defaults.
 *
 * @throws SettingsError with every mistake: what has the wrong type or value, what is missing, and what is set that is
 *   no setting. Rules are looked at once each setting is right by itself.
 */
export function readSettings<S extends Type.TObject>(schema: S, options: ReadOptions<Static<S>> = {}): Static<S> {
  const config = options.config ?? new Config();
  const prefix = `${config.name}:`;
  const root = asNode(schema);
  const declared = new Map(propertiesOf(root));
  const set = Object.entries(runtime.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]): [string, string] => [key.slice(prefix.length), text])
    .filter(([name]) => options.secrets?.includes(name) !== true);
  const given = Object.fromEntries(
    set.map(([name, text]): [string, unknown] => [name, isText(asNode(declared.get(name))) ? text : parsed(text)]),
  );
  const settings = withDefaults(root, given);
  const strict = closed(root);
  if (!Check(strict, settings) || !Check(schema, settings)) {
    const secrets = new Set([...(secretKeys() ?? [])].map((key) => key.replace(prefix, '')));
    throw new SettingsError(schemaProblems(strict, settings, { project: config.name, secrets }));
  }
  const broken = (options.rules ?? []).filter((rule) => !rule.holds(settings));
  if (broken.length > 0) {
    throw new SettingsError(
      broken.map((rule) => ({
        key: `${prefix}${rule.key}`,
        problem: rule.message(settings),
        ...(rule.fix === undefined ? {} : { fix: rule.fix }),
      })),
    );
  }
  return settings;
}

/** The engine hands over every value as text: numbers, booleans, lists and objects as JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
