import { crdYaml } from './crd/crd-yaml.js';
import { customResourceDefinition, KINDS } from './crd/custom-resource-definitions.js';
import { crdReference } from './crd/reference.js';

/** The committed files that are made from the API: paths from the root of the repository, and their text. */
export function generatedFiles(): Readonly<Record<string, string>> {
  const definitions = KINDS.map((kind): [string, string] => [
    `charts/face-comparison-operator/crds-generated/${kind.names.plural}.yaml`,
    crdYaml(customResourceDefinition(kind)),
  ]);
  return { ...Object.fromEntries(definitions), 'docs/reference/crds.md': crdReference() };
}
