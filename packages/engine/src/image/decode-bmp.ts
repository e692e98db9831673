import { ImageError } from './image-error.js';

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
}

export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  throw new ImageError('image_undecodable', `BMP of ${bytes.length} bytes: to be written`);
}

export function decodeBmp(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  throw new ImageError('image_undecodable', `BMP of ${bytes.length} bytes, ${header.width} wide: to be written`);
}
