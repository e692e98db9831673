import Type, { type TSchema } from 'typebox';
import { Check } from 'typebox/value';

import { rootReason } from './bundle-error.js';
import { vectorLength } from './embedding-space.js';
import { JsonEncodingError, jsonStart } from './json-encoding.js';
import { ManifestError, type ManifestProblem } from './manifest-error.js';
import { ManifestSchema, type HeadSpec, type Manifest } from './manifest-schema.js';
import { nearestName } from './nearest-name.js';
import { pathProblem, sameFile } from './relative-path.js';
import { describeValue, schemaProblems } from './schema-problems.js';

/** A real manifest has a few kilobytes. */
export const MAX_MANIFEST_BYTES = 1024 * 1024;

/**
 * Reads a manifest and checks all that can be checked without its files.
 *
 * @param where names the manifest in errors, e.g. its path or its URL without query string.
 * @throws ManifestError with every problem. What the parts of a manifest say of each other (paths, shares, windows) is
 *   looked at once each part is right in itself.
 */
export function parseManifest(input: Uint8Array | string, where: string): Manifest {
  const value = parseJson(input, where);
  if (!Check(ManifestSchema, value)) {
    throw new ManifestError(where, schemaProblems(schemaFor(value), value));
  }
  const problems = [
    ...fileProblems(value),
    ...referenceProblems(value),
    ...headProblems(value),
    ...orderProblems(value),
  ];
  if (problems.length > 0) {
    throw new ManifestError(where, problems);
  }
  return value;
}

function parseJson(input: Uint8Array | string, where: string): unknown {
  const sizeBytes = Buffer.byteLength(input);
  if (sizeBytes > MAX_MANIFEST_BYTES) {
    const expected = `at most ${MAX_MANIFEST_BYTES} bytes`;
    throw new ManifestError(where, [{ path: '$', expected, received: `${sizeBytes} bytes` }]);
  }
  try {
    const bytes = typeof input === 'string' ? Buffer.from(input) : input;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(jsonStart(bytes)));
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const received = cause instanceof JsonEncodingError ? cause.encoding : `something else (${rootReason(cause)})`;
    const problem = { path: '$', expected: 'JSON in UTF-8', received };
    throw new ManifestError(where, [problem], { cause });
  }
}

/** The schema to explain a bad manifest by: a detector is held against the kind that it says it is, and no other. */
function schemaFor(value: unknown): TSchema {
  const { detector, ...properties } = ManifestSchema.properties;
  const kind = property(property(value, 'detector'), 'kind');
  const named = detector.anyOf.find((branch) => branch.properties.kind.const === kind);
  const kinds = detector.anyOf.map((branch) => branch.properties.kind.const);
  return Type.Object(
    { ...properties, detector: named ?? Type.Object({ kind: Type.Enum(kinds) }) },
    { additionalProperties: false },
  );
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

function fileProblems({ files }: Manifest): ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  const indexByPath = new Map<string, number>();
  const sizeByDigest = new Map<string, number>();
  files.forEach(({ path, sha256, size }, index) => {
    const expected = pathProblem(path);
    const first = indexByPath.get(sameFile(path));
    const sizeBefore = sizeByDigest.get(sha256) ?? size;
    if (expected !== undefined) {
      problems.push({ path: `$.files[${index}].path`, expected, received: describeValue(path) });
    } else if (first !== undefined) {
      const once = `each file once, whatever the case of its letters ($.files[${first}] is the same)`;
      problems.push({ path: `$.files[${index}].path`, expected: once, received: describeValue(path) });
    }
    if (size !== sizeBefore) {
      const same = `${sizeBefore}, as for the other file with this sha256`;
      problems.push({ path: `$.files[${index}].size`, expected: same, received: String(size) });
    }
    indexByPath.set(sameFile(path), first ?? index);
    sizeByDigest.set(sha256, sizeBefore);
  });
  return problems;
}

function referenceProblems(manifest: Manifest): ManifestProblem[] {
  const { files, detector, heads, golden } = manifest;
  const known = files.map((file) => file.path);
  const references: [string, string][] = [
    ['$.detector.file', detector.file],
    ...heads.map((head, index): [string, string] => [`$.heads[${index}].file`, head.file]),
    ...golden.crops.map((crop, index): [string, string] => [`$.golden.crops[${index}]`, crop]),
    ['$.golden.vectors', golden.vectors],
  ];
  const problems = references
    .filter(([, file]) => !known.includes(file))
    .map(([path, file]) => {
      const nearest = nearestName(file, known);
      const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
      return { path, expected: `the path of one of $.files${hint}`, received: describeValue(file) };
    });
  const vectors = files.find((file) => file.path === golden.vectors);
  const sizeBytes = golden.crops.length * vectorLength(manifest) * Float32Array.BYTES_PER_ELEMENT;
  if (vectors !== undefined && vectors.size !== sizeBytes) {
    const expected = `a file of ${sizeBytes} bytes: ${golden.crops.length} crops x ${vectorLength(manifest)} float32`;
    problems.push({ path: '$.golden.vectors', expected, received: `a file of ${vectors.size} bytes` });
  }
  return problems;
}

function headProblems({ heads, alignment }: Manifest): ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  heads.forEach((head, index) => {
    const path = `$.heads[${index}]`;
    const before = heads.slice(0, index);
    if (before.some(({ name }) => name === head.name)) {
      problems.push({
        path: `${path}.name`,
        expected: 'a name for each head',
        received: `${describeValue(head.name)} again`,
      });
    }
    const { window } = head;
    if (window !== undefined && Math.max(window.left, window.top) + window.size > alignment.size) {
      const expected = `a square within the crop of ${alignment.size} pixels`;
      const received = `left ${window.left}, top ${window.top}, size ${window.size}`;
      problems.push({ path: `${path}.window`, expected, received });
    }
    const sibling = before.find(({ file }) => file === head.file);
    if (sibling !== undefined && graphInput(sibling) !== graphInput(head)) {
      const expected = `the input of head "${sibling.name}", whose file it shares: ${graphInput(sibling)}`;
      problems.push({ path: `${path}.input`, expected, received: graphInput(head) });
    }
  });
  const sum = heads.reduce((total, { weight }) => total + weight, 0);
  if (Math.abs(sum - 1) > 1e-6) {
    problems.push({ path: '$.heads', expected: 'weights that add up to 1', received: `weights that add up to ${sum}` });
  }
  return problems;
}

/** What a graph decides about its input, whoever feeds it; colours, mean and scale are the head's own affair. */
function graphInput({ input }: HeadSpec): string {
  return `${input.name}, ${input.layout}, ${input.type}, ${input.size} pixels`;
}

function orderProblems({ detector: { landmarkOrder } }: Manifest): ManifestProblem[] {
  if (landmarkOrder === undefined || [0, 1, 2, 3, 4].every((point) => landmarkOrder.includes(point))) {
    return [];
  }
  const expected = 'each of 0, 1, 2, 3 and 4 once';
  return [{ path: '$.detector.landmarkOrder', expected, received: `[${landmarkOrder.join(', ')}]` }];
}
