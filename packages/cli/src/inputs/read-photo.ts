import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PhotoError } from '../program/cli-error.js';
import type { Photo } from '../service/face-service.js';
import { isUrl } from './find-photos.js';
import { codeOf, reasonOf } from '../program/reason.js';

/** A photo, and the digest of its bytes where they are here. */
export interface LoadedPhoto {
  readonly photo: Photo;
  readonly sha256?: string;
}

/**
 * Reads a photo; a URL is left to the service.
 * @throws PhotoError when there is nothing to read
 */
export async function readPhoto(path: string): Promise<LoadedPhoto> {
  if (isUrl(path)) return { photo: path };
  let photo: Uint8Array;
  try {
    photo = await readFile(path);
  } catch (cause) {
    throw new PhotoError(sentenceOf(path, cause), { cause });
  }
  if (photo.byteLength === 0) throw new PhotoError(`${path} is empty.`);
  return { photo, sha256: createHash('sha256').update(photo).digest('hex') };
}

function sentenceOf(path: string, cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ENOENT':
      return `There is no file ${path}.`;
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read by this user.`;
    case 'EISDIR':
      return `${path} is a folder; a photo was expected.`;
    default:
      return `${path} cannot be read: ${reasonOf(cause)}.`;
  }
}
