import {
  FILE_PART_MEDIA_TYPES,
  comparand,
  faceComparisonInput,
  ProblemError,
  similarityThreshold,
  type CompareRequestInput,
  type ImageInput,
  type VectorInput,
} from '@face-comparison/contract';
import { parseJson, type JsonBody } from './json-body.js';
import type { FormPart } from './multipart.js';

const COMPARE_PARTS = ['source', 'target', 'SimilarityThreshold'] as const;

/** More than any number from 0 to 100 needs. */
const MAX_NUMBER_BYTES = 64;

/**
 * The photo of a POST /face_comparison with a form: its one part, whatever its name.
 *
 * @param maxImageBytes bytes that a file may have
 * @throws ProblemError naming the part that is wrong
 */
export async function faceComparisonFormInput(parts: Iterable<FormPart>, maxImageBytes: number): Promise<ImageInput> {
  const [part, ...more] = parts;
  if (part === undefined) throw new ProblemError('image_source_missing', 'the form has no part; send one file');
  if (more.length > 0) {
    const names = [part, ...more].slice(0, 4).map(({ name }) => `"${name.slice(0, 100)}"`);
    throw new ProblemError(
      'image_source_ambiguous',
      `the form has ${more.length + 1} parts (${names.join(', ')}${more.length > 3 ? ', ...' : ''}); send one file`,
    );
  }
  const content = await contentOf(part, part.name.slice(0, 100), maxImageBytes);
  return 'value' in content ? faceComparisonInput(content.value, content.longTexts) : content;
}

/**
 * What a POST /compare with a form compares.
 *
 * @param maxImageBytes bytes that a file may have
 * @throws ProblemError naming the part that is wrong
 */
export async function compareFormInput(parts: Iterable<FormPart>, maxImageBytes: number): Promise<CompareRequestInput> {
  const given = new Map<string, FormPart>();
  for (const part of parts) {
    const parameter = part.name.slice(0, 100);
    if (!COMPARE_PARTS.some((known) => known === part.name)) {
      throw new ProblemError(
        'invalid_parameter',
        `there is no part "${parameter}"; there are ${COMPARE_PARTS.join(', ')}`,
        { parameter },
      );
    }
    if (given.has(part.name)) {
      throw new ProblemError(
        parameter === 'SimilarityThreshold' ? 'invalid_parameter' : 'image_source_ambiguous',
        `the form has more than one part ${parameter}; send it once`,
        { parameter },
      );
    }
    given.set(part.name, part);
  }
  return {
    source: await side(given.get('source'), 'source', maxImageBytes),
    target: await side(given.get('target'), 'target', maxImageBytes),
    similarityThreshold: similarityThreshold(numberOf(given.get('SimilarityThreshold'))),
  };
}

async function side(
  part: FormPart | undefined,
  name: 'source' | 'target',
  maxImageBytes: number,
): Promise<ImageInput | VectorInput> {
  if (part === undefined) {
    throw new ProblemError('image_source_missing', `the form has no part ${name}; give a photo or a stored vector`, {
      parameter: name,
    });
  }
  const content = await contentOf(part, name, maxImageBytes);
  return 'value' in content ? comparand(content.value, name, content.longTexts) : content;
}

/** A part that is a file, or JSON. */
async function contentOf(part: FormPart, name: string, maxImageBytes: number): Promise<ImageInput | JsonBody> {
  if (part.mediaType === 'application/json') return parseJson(part.bytes, name);
  if (!isPhoto(part)) {
    const came = part.mediaType === undefined ? 'a text without a type' : `"${part.mediaType.slice(0, 100)}"`;
    throw new ProblemError(
      'unsupported_media_type',
      `part ${name} must be a file of type image/* or application/octet-stream, or of type application/json; received ${came}`,
      { parameter: name, acceptedMediaTypes: [...FILE_PART_MEDIA_TYPES] },
    );
  }
  const { bytes } = part;
  if (bytes.length === 0) {
    throw new ProblemError('image_source_missing', `part ${name} is empty; send a photo`, {
      parameter: name,
    });
  }
  if (bytes.length > maxImageBytes) {
    throw new ProblemError(
      'image_too_large',
      `the image in part ${name} may have ${maxImageBytes} bytes; it has ${bytes.length}`,
      { limitBytes: maxImageBytes, receivedBytes: bytes.length, parameter: name },
    );
  }
  return { kind: 'bytes', bytes, parameter: name };
}

/** Whether a part is the bytes of a file; of one that some client sends without a type, its file name tells. */
function isPhoto({ mediaType, isFile }: FormPart): boolean {
  return mediaType === undefined ? isFile : mediaType.startsWith('image/') || mediaType === 'application/octet-stream';
}

/** The number that a text stands for, else the text, which is refused as what it is. */
function numberOf(part: FormPart | undefined): unknown {
  if (part === undefined) return undefined;
  const text = part.bytes.toString('utf8', 0, MAX_NUMBER_BYTES).trim();
  return part.bytes.length <= MAX_NUMBER_BYTES && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
}
