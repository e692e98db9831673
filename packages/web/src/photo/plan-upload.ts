import { FORMAT_NAMES, mediaTypeOf, type PhotoFormat } from './photo-format.js';

/** What the service takes unless its operator says otherwise; the service has the last word. */
export const MAX_SIDE_PX = 4096;
export const MAX_BYTES = 10 * 1024 * 1024;

/** A photo that the browser can show. */
export interface ShownPhoto {
  readonly format: PhotoFormat;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly sizeBytes: number;
}

/** How a photo is sent: as it is, or as a JPEG copy, of which the user is told. */
export type UploadPlan =
  | { readonly kind: 'as-it-is'; readonly mediaType: string }
  | { readonly kind: 'jpeg-copy'; readonly widthPx: number; readonly heightPx: number; readonly note: string };

/** Decides whether a photo can be sent as it is. */
export function planUpload({ format, widthPx, heightPx, sizeBytes }: ShownPhoto): UploadPlan {
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(widthPx, heightPx));
  const mediaType = mediaTypeOf(format);
  if (scale === 1 && mediaType !== undefined && sizeBytes <= MAX_BYTES) return { kind: 'as-it-is', mediaType };

  const size = { widthPx: Math.round(widthPx * scale), heightPx: Math.round(heightPx * scale) };
  const what =
    scale < 1
      ? `Shrunk here from ${widthPx} × ${heightPx} to ${size.widthPx} × ${size.heightPx} pixels before it was sent.`
      : mediaType === undefined
        ? `Converted here from ${format === 'unknown' ? 'its format' : FORMAT_NAMES[format]} to JPEG before it was sent.`
        : `Saved here as a smaller JPEG before it was sent: it had ${Math.round(sizeBytes / 1024 / 1024)} MB.`;
  return { kind: 'jpeg-copy', ...size, note: what };
}
