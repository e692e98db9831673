/** What an image is made of, as one digest: the same digest, the same image. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../build.mjs';

/** Paths of the context that a Containerfile copies from. */
export function contextPaths(containerfile) {
  return [...containerfile.matchAll(/^(?:COPY|ADD) (?!--from=)(.+)$/gm)].flatMap(([, words]) =>
    words.split(/\s+/).slice(0, -1),
  );
}

/** Files of the repository that an image is made of, from its root; what is not committed, too. */
export function inputFiles(containerfile) {
  const paths = contextPaths(containerfile);
  const listed = git(['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...paths]);
  // As .dockerignore says: no test changes an image.
  const isInContext = (file) => !file.endsWith('.test.ts') && !/^packages\/[^/]+\/test\//.test(file);
  return [...new Set(listed.split('\0'))].filter(
    (file) => file !== '' && isInContext(file) && existsSync(join(root, file)),
  );
}

/** The last commit that changed one of these, with `-dirty` behind it when there are changes since. */
export function revisionOf(paths) {
  try {
    const commit = git(['log', '-1', '--format=%H', '--', ...paths]).trim();
    const isDirty = git(['status', '--porcelain', '--', ...paths]).trim() !== '';
    return `${commit === '' ? 'unknown' : commit}${isDirty ? '-dirty' : ''}`;
  } catch {
    return 'unknown'; // not a checkout
  }
}

/** @param facts strings that decide the image besides the files */
export function digestOf(folder, files, facts) {
  const hash = createHash('sha256');
  for (const fact of facts) hash.update(`${fact}\0`);
  for (const file of files.toSorted()) {
    const path = join(folder, file);
    hash
      .update(`${file}\0${statSync(path).mode & 0o100}\0`)
      .update(createHash('sha256').update(readFileSync(path)).digest());
  }
  return hash.digest('hex');
}

/** All files of a folder, from it. */
export function filesOf(folder) {
  return globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function git(args) {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
