import { COMPARAND_PART_MEDIA_TYPES } from '@face-comparison/contract';
import { parseJson } from './json-body.js';
import type { FormPart } from './multipart.js';
import { ProblemError } from './problem-error.js';
import {
  comparand,
  similarityThreshold,
  type CompareRequestInput,
  type ImageInput,
  type VectorInput,
} from './request-input.js';

const PART_NAMES = ['source', 'target', 'SimilarityThreshold'] as const;
type PartName = (typeof PART_NAMES)[number];

/** More than any number from 0 to 100 needs. */
const MAX_NUMBER_BYTES = 64;

/**
 * What a POST /compare with a form compares.
 *
 * @param maxImageBytes bytes that a file may have
 * @throws ProblemError naming the part that is wrong
 */
export async function compareFormInput(parts: Iterable<FormPart>, maxImageBytes: number): Promise<CompareRequestInput> {
  const given = new Map<PartName, FormPart>();
  for (const part of parts) {
    const name = PART_NAMES.find((known) => known === part.name);
    if (name === undefined) {
      const parameter = part.name.slice(0, 100);
      throw new ProblemError(
        'invalid_parameter',
        `there is no part "${parameter}"; there are ${PART_NAMES.join(', ')}`,
        { parameter },
      );
    }
    if (given.has(name)) throw moreThanOnce(name);
    given.set(name, part);
  }
  return {
    source: await side(given.get('source'), 'source', maxImageBytes),
    target: await side(given.get('target'), 'target', maxImageBytes),
    similarityThreshold: similarityThreshold(numberOf(given.get('SimilarityThreshold'))),
  };
}

function moreThanOnce(parameter: PartName): ProblemError {
  return new ProblemError(
    parameter === 'SimilarityThreshold' ? 'invalid_parameter' : 'image_source_ambiguous',
    `the form has more than one part ${parameter}; send it once`,
    { parameter },
  );
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
  if (part.mediaType === 'application/json') {
    const { value, longTexts } = await parseJson(part.bytes, name);
    return comparand(value, name, longTexts);
  }
  if (!isPhoto(part)) {
    const came = part.mediaType === undefined ? 'a text without a type' : `"${part.mediaType.slice(0, 100)}"`;
    throw new ProblemError(
      'unsupported_media_type',
      `part ${name} must be a file of type image/* or application/octet-stream, or of type application/json; received ${came}`,
      { parameter: name, acceptedMediaTypes: [...COMPARAND_PART_MEDIA_TYPES] },
    );
  }
  const { bytes } = part;
  if (bytes.length === 0) {
    throw new ProblemError('image_source_missing', `part ${name} is empty; give a photo or a stored vector`, {
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
