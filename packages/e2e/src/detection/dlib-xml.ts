import { XMLParser } from 'fast-xml-parser';
import Type from 'typebox';
import { Value } from 'typebox/value';

/** A box in pixels of the picture. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface AnnotatedBox extends PixelBox {
  /** Marked as neither to be found nor to be counted as false when found. */
  readonly ignore: boolean;
}

export interface AnnotatedPicture {
  /** Path relative to the annotation file. */
  readonly file: string;
  readonly boxes: readonly AnnotatedBox[];
}

/** An annotation file that is not in dlib's format. */
export class AnnotationFormatError extends Error {
  override readonly name = 'AnnotationFormatError';
}

const Numeric = Type.String({ pattern: '^-?\\d+(\\.\\d+)?$' });

const DatasetSchema = Type.Object({
  dataset: Type.Object({
    images: Type.Object({
      image: Type.Array(
        Type.Object({
          '@file': Type.String({ minLength: 1 }),
          box: Type.Optional(
            Type.Array(
              Type.Object({
                '@top': Numeric,
                '@left': Numeric,
                '@width': Numeric,
                '@height': Numeric,
                '@ignore': Type.Optional(Type.String()),
              }),
            ),
          ),
        }),
        { minItems: 1 },
      ),
    }),
  }),
});

const REPEATED_TAGS = new Set(['image', 'box']);

/**
 * Reads the boxes of an annotation file as dlib's imglab writes it; landmarks and labels are left out.
 *
 * @throws AnnotationFormatError naming what is missing
 * @see http://dlib.net/imaging.html#load_image_dataset_metadata
 */
export function parseDlibXml(xml: string): AnnotatedPicture[] {
  // The parser forgives a file that was cut off, which would look like fewer faces.
  if (!xml.trimEnd().endsWith('</dataset>')) throw new AnnotationFormatError('expected the file to end in </dataset>');
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    isArray: (name) => REPEATED_TAGS.has(name),
  });
  let document: unknown;
  try {
    document = parser.parse(xml);
  } catch (cause) {
    throw new AnnotationFormatError(`not XML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (!Value.Check(DatasetSchema, document)) {
    const [first] = Value.Errors(DatasetSchema, document);
    throw new AnnotationFormatError(
      `expected dlib's <dataset><images><image file=...><box top= left= width= height=/>, but at ${first?.instancePath ?? '/'}: ${first?.message ?? 'unknown'}`,
    );
  }
  return document.dataset.images.image.map((image) => ({
    file: image['@file'],
    boxes: (image.box ?? []).map((box) => ({
      left: Number(box['@left']),
      top: Number(box['@top']),
      width: Number(box['@width']),
      height: Number(box['@height']),
      ignore: box['@ignore'] === '1',
    })),
  }));
}
