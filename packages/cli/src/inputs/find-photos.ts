import { glob, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../program/cli-error.js';
import { codeOf, reasonOf } from '../program/reason.js';

const PHOTO_NAME = /\.(jpe?g|png|bmp)$/i;

/** Whether an argument is the URL of a photo, which the service fetches. */
export function isUrl(argument: string): boolean {
  return /^(https?|s3):\/\//i.test(argument);
}

/**
 * The photos that arguments name: files as they are, the photos of folders and of the folders in them (by their names:
 * .jpg, .jpeg, .png, .bmp), what a pattern matches, URLs. Each once, in the order of the arguments, and within a folder
 * by name: the same on every machine.
 *
 * @throws CliError when an argument names nothing
 */
export async function findPhotos(args: readonly string[]): Promise<string[]> {
  const photos = new Set<string>();
  for (const argument of args) {
    for (const path of isUrl(argument) ? [argument] : await expand(argument)) photos.add(path);
  }
  return [...photos];
}

async function expand(argument: string): Promise<string[]> {
  const kind = await kindOf(argument);
  if (kind === 'file') return [slashes(argument)];
  if (kind === 'folder') {
    const photos = await photosIn(argument);
    if (photos.length > 0) return photos;
    throw new CliError(`The folder ${argument} has no photos: no .jpg, .jpeg, .png or .bmp file, nor in its folders.`, {
      hint: 'Name the files themselves if they have other names.',
    });
  }
  if (!/[*?[{]/.test(argument)) {
    throw new CliError(`There is no file or folder ${argument}.`, { hint: `The current folder is ${process.cwd()}.` });
  }
  const matches: string[] = [];
  for await (const match of glob(argument)) matches.push(match);
  const found = await Promise.all(matches.map(async (match) => ({ match, kind: await kindOf(match) })));
  const files = found.filter((entry) => entry.kind === 'file').map(({ match }) => slashes(match));
  if (files.length === 0) throw new CliError(`No file matches ${argument}.`);
  return files.sort(byName);
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') {
      return 'nothing';
    }
    throw new CliError(`${path} cannot be looked at: ${reasonOf(cause)}.`, { cause });
  }
}

async function photosIn(folder: string): Promise<string[]> {
  const photos: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new CliError(`The folder ${folder} cannot be read: ${reasonOf(cause)}.`, {
      cause,
    });
  });
  for (const entry of entries.sort((a, b) => byName(a.name, b.name))) {
    const path = join(folder, entry.name);
    // Links to folders are not followed: they may lead back.
    if (entry.isDirectory()) photos.push(...(await photosIn(path)));
    else if (PHOTO_NAME.test(entry.name)) photos.push(slashes(path));
  }
  return photos;
}

/** By code points: no locale has a say. */
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Paths are written with slashes, so that a gallery means the same on every system. */
function slashes(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}
