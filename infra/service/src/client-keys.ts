import { readSecret } from '@face-comparison/stack-config';
import { Config, type Output } from '@pulumi/pulumi';
import Type from 'typebox';

/** The key of the config that holds the keys of clients. */
export const KEYS = 'keys';

/** Keys by the names of clients; API Gateway takes 20 to 128 characters. */
export const KEYS_SCHEMA = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$' }),
  Type.String({ minLength: 20, maxLength: 128, pattern: '^[!-~]+$' }),
  {
    additionalProperties: false,
    expected:
      'keys of 20 to 128 visible ASCII characters, by names of clients of at most 63 letters, digits, dots, hyphens and underscores',
  },
);

/** Who has a key, and the keys. The names are no secret: resources are called by them. */
export interface ClientKeys {
  readonly names: readonly string[];
  /** Keys by name, marked as a secret. */
  readonly values: Output<Record<string, string>>;
}

/**
 * Reads the secret `keys` of the stack.
 *
 * @returns undefined where there is none
 * @throws SettingsError where a key is in clear, too short, too long or not printable; the message has no key
 */
export function readClientKeys(config: Config = new Config()): ClientKeys | undefined {
  const values = readSecret(KEYS, KEYS_SCHEMA, config);
  const names = namesOf(config.get(KEYS));
  return values === undefined || names.length === 0 ? undefined : { names, values };
}

/** Only the names are taken out of the text, so nothing secret gets further. */
function namesOf(text: string | undefined): string[] {
  const keys: unknown = text === undefined ? {} : JSON.parse(text);
  return typeof keys === 'object' && keys !== null ? Object.keys(keys).sort() : [];
}
