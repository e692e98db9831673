import sharp from 'sharp';
import { openImage, type ImageHeader, type OpenImage, type Picture } from './decode-image.js';
import type { ImageFormat } from './sniff-format.js';
import type { ImageLimits } from './image-limits.js';

/**
 * From this factor on a JPEG is decoded in the shrunk size. It is then decoded in half its size at least (sharp keeps back a
 * part of the factor for its own filter); under three sharp would decode all of it, and the whole picture is the better
 * thing to have.
 */
const MIN_DECODED_SHRINK = 3;

/** A picture that is at least so many times larger is as good to shrink from as the whole one. */
const ENOUGH_TO_SHRINK_FROM = 2;

/**
 * A photo whose pixels are decoded in the size that somebody asks for, and each size once.
 *
 * A photo of 12 megapixels takes 45 ms and 37 MB to decode and 15 ms to shrink for the detector; a JPEG decoded in the
 * detector's size takes 13 ms and 1 MB, and when the faces in it are large, the rest is never needed.
 */
export class Photo implements ImageHeader {
  readonly format: ImageFormat;
  /** Size of the upright picture in pixels. */
  readonly width: number;
  readonly height: number;
  readonly #image: OpenImage;
  /** What has been decoded so far, smallest first. */
  readonly #pictures: Picture[] = [];
  #decodeMs = 0;

  private constructor(image: OpenImage) {
    this.#image = image;
    this.format = image.format;
    this.width = image.width;
    this.height = image.height;
  }

  /**
   * Opens a JPEG, PNG or BMP file.
   * @throws ImageError when it is none, or too large; damage of the pixels shows when they are asked for
   */
  static async open(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): Promise<Photo> {
    return new Photo(await openImage(bytes, limits));
  }

  /** A photo of pixels that are there already. */
  static of({ data, ...header }: Picture): Photo {
    const { width, height } = header;
    return new Photo({ ...header, decoded: { width, height }, decode: () => data });
  }

  /** How long decoding and shrinking took so far, in milliseconds. */
  get decodeMs(): number {
    return this.#decodeMs;
  }

  /**
   * The picture in all its pixels, or as many as the limit allows.
   * @throws ImageError when the pixels are damaged
   */
  whole(): Promise<Picture> {
    const { width, height } = this.#image.decoded;
    return this.#have(width, height, async () => this.#image.decode());
  }

  /**
   * The picture shrunk to a size by a triangle filter, as Pillow's BILINEAR: averaging matters, a 20-pixel face in a
   * 4096-pixel photo disappears between the samples otherwise.
   * @throws ImageError when the pixels are damaged
   */
  async shrunk(width: number, height: number): Promise<Picture> {
    const { decoded } = this.#image;
    if (width >= decoded.width && height >= decoded.height) return this.whole();
    const from = this.#pictures.find(
      (picture) => picture.width >= ENOUGH_TO_SHRINK_FROM * width && picture.height >= ENOUGH_TO_SHRINK_FROM * height,
    );
    const decodeShrunk = this.#shrinkingDecoder(width, height);
    if (from === undefined && decodeShrunk !== undefined) {
      return this.#have(width, height, () => decodeShrunk(width, height));
    }
    const { data, ...size } = from ?? (await this.whole());
    return this.#have(width, height, () =>
      sharp(data, { raw: { width: size.width, height: size.height, channels: 3 } })
        .resize(width, height, { fit: 'fill', kernel: 'linear' })
        .raw()
        .toBuffer(),
    );
  }

  /**
   * The picture in a size of at least `scale` times its own, whichever takes least to have; never in more pixels than
   * `whole` has.
   * @throws ImageError when the pixels are damaged
   */
  async atLeast(scale: number): Promise<Picture> {
    const { decoded } = this.#image;
    const width = Math.min(decoded.width, Math.ceil(this.width * scale));
    const height = Math.min(decoded.height, Math.ceil(this.height * scale));
    const found = this.#pictures.find((picture) => picture.width >= width && picture.height >= height);
    if (found !== undefined) return found;
    return this.#shrinkingDecoder(width, height) === undefined ? this.whole() : this.shrunk(width, height);
  }

  /** The decoder for a size that can be decoded as such; undefined where the whole picture has to be. */
  #shrinkingDecoder(width: number, height: number): OpenImage['decodeShrunk'] {
    const isSmall = Math.min(this.width / width, this.height / height) >= MIN_DECODED_SHRINK;
    return isSmall ? this.#image.decodeShrunk : undefined;
  }

  async #have(width: number, height: number, decode: () => Promise<Uint8Array>): Promise<Picture> {
    const known = this.#pictures.find((picture) => picture.width === width && picture.height === height);
    if (known !== undefined) return known;
    const start = performance.now();
    const picture: Picture = { format: this.format, width, height, data: await decode() };
    this.#decodeMs += performance.now() - start;
    this.#pictures.push(picture);
    this.#pictures.sort((a, b) => a.width * a.height - b.width * b.height);
    return picture;
  }
}
