import type { BoundingBox } from '@face-comparison/client';
import type { JSX } from 'preact';
import { thumbnailOf } from '../meaning/box-geometry.js';
import type { Photo } from '../photo/prepare-photo.js';

/** A face cut out of its photo. */
export function Thumbnail({ photo, box }: { readonly photo: Photo; readonly box: BoundingBox }): JSX.Element {
  const { left, top, width, height } = thumbnailOf(box, photo.widthPx, photo.heightPx);
  return (
    <svg class="thumbnail" viewBox={`${left} ${top} ${width} ${height}`} aria-hidden="true">
      <image href={photo.url} width={photo.widthPx} height={photo.heightPx} preserveAspectRatio="none" />
    </svg>
  );
}
