import { FORMAT_BYTES, mediaTypeOf, sniffFormat, type PhotoFormat } from './photo-format.js';
import { MAX_BYTES, planUpload } from './plan-upload.js';

/** A photo as it is shown and sent. */
export interface Photo {
  readonly name: string;
  /** What is sent. */
  readonly blob: Blob;
  /** An object URL of the same bytes. */
  readonly url: string;
  /** Upright, as EXIF says. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** What was changed before sending, as a sentence. */
  readonly note?: string;
}

/** This browser cannot show the file. `blob` is there where the service may know better what is wrong with it. */
export class UnshowablePhotoError extends Error {
  override readonly name = 'UnshowablePhotoError';
  readonly format: PhotoFormat;
  readonly blob?: Blob;

  constructor(fileName: string, format: PhotoFormat, blob: Blob | undefined, cause: unknown) {
    super(`the browser cannot decode ${fileName} (${format})`, { cause });
    this.format = format;
    if (blob !== undefined) this.blob = blob;
  }
}

const JPEG_QUALITY = 0.92;

/**
 * Reads a file as a photo, and makes a JPEG copy of it where the service would refuse it: too many pixels or bytes, or
 * a format that only browsers read.
 *
 * @throws UnshowablePhotoError when the browser cannot decode it
 */
export async function preparePhoto(file: Blob, name: string): Promise<Photo> {
  const format = sniffFormat(new Uint8Array(await file.slice(0, FORMAT_BYTES).arrayBuffer()));
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch (error) {
    URL.revokeObjectURL(url);
    const judged = mediaTypeOf(format) ?? (format === 'unknown' ? 'image/*' : undefined);
    const blob = judged === undefined || file.size > MAX_BYTES ? undefined : new Blob([file], { type: judged });
    throw new UnshowablePhotoError(name, format, blob, error);
  }
  const { naturalWidth: widthPx, naturalHeight: heightPx } = image;
  const plan = planUpload({ format, widthPx, heightPx, sizeBytes: file.size });
  if (plan.kind === 'as-it-is') {
    return { name, blob: file.slice(0, file.size, plan.mediaType), url, widthPx, heightPx };
  }
  const blob = await jpegCopy(image, plan.widthPx, plan.heightPx);
  URL.revokeObjectURL(url);
  return {
    name,
    blob,
    url: URL.createObjectURL(blob),
    widthPx: plan.widthPx,
    heightPx: plan.heightPx,
    note: plan.note,
  };
}

/** Draws a picture (upright: browsers apply EXIF) at a size and saves it as JPEG. What is transparent becomes white. */
export async function jpegCopy(picture: CanvasImageSource, widthPx: number, heightPx: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = widthPx;
  canvas.height = heightPx;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser gives no canvas to draw on');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, widthPx, heightPx);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, widthPx, heightPx);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  if (blob === null) throw new Error(`this browser cannot draw ${widthPx} × ${heightPx} pixels`);
  return blob;
}
