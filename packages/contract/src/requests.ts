import { LIMITS } from './limits.js';
import { ProblemError } from './problem-error.js';
import { IMAGE_URL_PATTERN } from './schemas.js';

// The validation of the two calls that take photos. It admits what their schemas admit (a property test compares the two), and
// says in words what is wrong where a validator of JSON Schema would only say that no branch of a union matches. What a schema
// cannot say comes on top: a URL can be parsed, and a vector has a direction.

/** An image as a request gives it. */
export type ImageInput =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly parameter: string }
  | { readonly kind: 'base64'; readonly text: string | Buffer; readonly parameter: string }
  | { readonly kind: 'url'; readonly url: string; readonly parameter: string };

/** A vector that was stored from an earlier answer. */
export interface VectorInput {
  readonly kind: 'vector';
  readonly values: readonly number[];
  readonly version: string;
  readonly parameter: string;
}

export interface CompareRequestInput {
  readonly source: ImageInput | VectorInput;
  readonly target: ImageInput | VectorInput;
  readonly similarityThreshold: number | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The bytes of long `img` texts that were cut out of a body before it was parsed, by the text in their place. */
export type LongTexts = ReadonlyMap<string, Buffer>;

const NO_LONG_TEXTS: LongTexts = new Map();

/** The image of a POST /face_comparison that is the body itself. */
export function imageBodyInput(bytes: Buffer): ImageInput {
  if (bytes.length === 0) {
    throw new ProblemError('image_source_missing', 'the body is empty; send a photo, or JSON with `url` or `img`');
  }
  return { kind: 'bytes', bytes, parameter: 'body' };
}

/**
 * The image of a POST /face_comparison: `url` or `img` of a JSON body.
 * @param longTexts texts of the body that were cut out when it was parsed
 */
export function faceComparisonInput(body: unknown, longTexts: LongTexts = NO_LONG_TEXTS): ImageInput {
  const object = jsonObject(body, 'the body');
  rejectUnknown(object, ['url', 'img'], '');
  return imageInput(object, '', 'exactly one of `url` and `img`', longTexts);
}

/**
 * What a POST /compare with a JSON body compares.
 * @param longTexts texts of the body that were cut out when it was parsed
 */
export function compareInput(body: unknown, longTexts: LongTexts = NO_LONG_TEXTS): CompareRequestInput {
  const object = jsonObject(body, 'the body');
  rejectUnknown(object, ['source', 'target', 'SimilarityThreshold'], '');
  const threshold = similarityThreshold(object['SimilarityThreshold']);
  return {
    source: comparand(object['source'], 'source', longTexts),
    target: comparand(object['target'], 'target', longTexts),
    similarityThreshold: threshold,
  };
}

/** @throws ProblemError for what is neither undefined nor a number from 0 to 100 */
export function similarityThreshold(value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 100)) return value;
  throw invalid('SimilarityThreshold', 'a number from 0 to 100', value);
}

/** One side of a comparison, as JSON. */
export function comparand(
  side: unknown,
  name: 'source' | 'target',
  longTexts: LongTexts = NO_LONG_TEXTS,
): ImageInput | VectorInput {
  if (side === undefined)
    throw new ProblemError('image_source_missing', `${name} is missing; give a photo or a stored vector`, {
      parameter: name,
    });
  const object = jsonObject(side, name);
  rejectUnknown(object, ['url', 'img', 'face_hash', 'FaceModelVersion'], `${name}.`);
  if (object['face_hash'] === undefined) {
    if (object['FaceModelVersion'] !== undefined) {
      throw new ProblemError('invalid_parameter', `${name}.FaceModelVersion goes with face_hash only`, {
        parameter: `${name}.FaceModelVersion`,
      });
    }
    return imageInput(object, `${name}.`, 'exactly one of `url`, `img` and `face_hash`', longTexts);
  }
  if (object['url'] !== undefined || object['img'] !== undefined) {
    throw new ProblemError(
      'image_source_ambiguous',
      `${name} has face_hash and a photo; give exactly one of \`url\`, \`img\` and \`face_hash\``,
      { parameter: name },
    );
  }
  return {
    kind: 'vector',
    values: vector(object['face_hash'], `${name}.face_hash`),
    version: version(object['FaceModelVersion'], name),
    parameter: name,
  };
}

function imageInput(object: JsonObject, prefix: string, expected: string, longTexts: LongTexts): ImageInput {
  const { url, img } = object;
  if (url !== undefined && img !== undefined) {
    throw new ProblemError(
      'image_source_ambiguous',
      `${prefix}url and ${prefix}img cannot be used at the same time; give ${expected}`,
      { parameter: prefix === '' ? 'url' : prefix.slice(0, -1) },
    );
  }
  if (img !== undefined) {
    if (img === '') {
      throw new ProblemError('invalid_base64', `${prefix}img is empty; give the bytes of a photo as base64`, {
        parameter: `${prefix}img`,
      });
    }
    if (typeof img !== 'string') throw invalid(`${prefix}img`, 'a string of base64 or a data: URL', img);
    return { kind: 'base64', text: longTexts.get(img) ?? img, parameter: `${prefix}img` };
  }
  if (url === undefined)
    throw new ProblemError(
      'image_source_missing',
      `no photo was given; give ${expected}`,
      prefix === '' ? {} : { parameter: prefix.slice(0, -1) },
    );
  return { kind: 'url', url: imageUrl(url, `${prefix}url`), parameter: `${prefix}url` };
}

const IMAGE_URL = new RegExp(IMAGE_URL_PATTERN);

function imageUrl(url: unknown, parameter: string): string {
  const isText = typeof url === 'string' && url.length <= LIMITS.maxUrlChars;
  if (isText && IMAGE_URL.test(url) && (/^s3:/i.test(url) || URL.canParse(url))) return url;
  const scheme = isText ? /^[a-z][a-z0-9+.-]{0,31}:/i.exec(url)?.[0].toLowerCase() : undefined;
  if (scheme === undefined || scheme === 's3:') {
    throw invalid(
      parameter,
      `an absolute http or https URL or s3://bucket/key, of at most ${LIMITS.maxUrlChars} characters`,
      url,
    );
  }
  throw new ProblemError(
    'url_not_allowed',
    scheme === 'http:' || scheme === 'https:'
      ? `${parameter} cannot be parsed as ${scheme}//host/path`
      : `the scheme of ${parameter} must be http, https or s3; ${scheme} is not allowed`,
    { parameter },
  );
}

function vector(value: unknown, parameter: string): number[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > LIMITS.maxFaceHashLength) {
    throw invalid(parameter, 'the numbers of a face_hash as it was answered', value);
  }
  const numbers: number[] = [];
  let norm = 0;
  for (const [index, item] of value.entries()) {
    if (typeof item !== 'number' || !Number.isFinite(item))
      throw invalid(`${parameter}[${index}]`, 'a finite number', item);
    numbers.push(item);
    norm += item * item;
  }
  if (!(norm > 0 && Number.isFinite(norm)))
    throw invalid(parameter, 'a vector with a direction, not only zeros and no overflow', value);
  return numbers;
}

function version(value: unknown, name: string): string {
  const parameter = `${name}.FaceModelVersion`;
  if (value === undefined) {
    throw new ProblemError(
      'invalid_parameter',
      `${parameter} is missing: a vector means nothing without the model version that made it`,
      { parameter },
    );
  }
  if (typeof value !== 'string' || !VERSION_PATTERN.test(value))
    throw invalid(parameter, 'a model version such as 2.0.0', value);
  return value;
}

/** What a model version may look like, in a body or in the header. */
export const VERSION_PATTERN = /^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/;

function jsonObject(value: unknown, name: string): JsonObject {
  if (value === undefined || value === null)
    throw new ProblemError(
      'image_source_missing',
      `${name} is empty; give a photo`,
      name === 'the body' ? {} : { parameter: name },
    );
  if (typeof value !== 'object' || Array.isArray(value))
    throw invalid(name === 'the body' ? 'body' : name, 'a JSON object', value);
  return value as JsonObject;
}

function rejectUnknown(object: JsonObject, known: readonly string[], prefix: string): void {
  const stranger = Object.keys(object).find((key) => !known.includes(key));
  if (stranger === undefined) return;
  const parameter = `${prefix}${stranger.slice(0, 100)}`;
  throw new ProblemError('invalid_parameter', `there is no field "${parameter}"; there are ${known.join(', ')}`, {
    parameter,
  });
}

function invalid(parameter: string, expected: string, received: unknown): ProblemError {
  return new ProblemError('invalid_parameter', `${parameter} must be ${expected}, received ${describe(received)}`, {
    parameter,
  });
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length} items`;
  if (typeof value === 'string')
    return value.length > 80 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
