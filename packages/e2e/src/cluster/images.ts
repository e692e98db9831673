import { join } from 'node:path';
import type { Image } from './cluster.js';
import { runCommand } from './command.js';
import { runNode, type RunNodeOptions } from '../terminal/run-node.js';
import { REPOSITORY } from './scripts.js';

const PROGRAM = join(REPOSITORY, 'tools/images.mjs');

/** The images of the project. */
export interface ProjectImages {
  readonly server: Image;
  readonly operator: Image;
}

/**
 * Builds the project's images from the working tree, with Docker or buildah. What was built from the same files before is
 * not built again.
 * @throws Error with the output of the build
 */
export async function buildImages(): Promise<ProjectImages> {
  const [server, operator] = await runImages([]);
  if (server === undefined || operator === undefined) throw new Error('tools/images.mjs did not name two images');
  return { server, operator };
}

/**
 * Builds an image of a folder with a Containerfile, on the same base as the project's images (`ARG BASE_IMAGE`).
 * @param name such as `facecompare.local/e2e-tools:dev`
 * @throws Error with the output of the build
 */
export async function buildImage(folder: string, name: string): Promise<Image> {
  const [image] = await runImages(['--folder', folder, '--name', name]);
  if (image === undefined) throw new Error(`tools/images.mjs named no image for ${folder}`);
  return image;
}

/** Runs the tool that builds the project's images, its output passed through. */
export function runImageBuild(options: RunNodeOptions): Promise<void> {
  return runNode('tools/images.mjs', [PROGRAM, '--save'], options);
}

/** The tool tells on standard error how far it is, and prints a line "NAME TAR" for each image. */
async function runImages(args: readonly string[]): Promise<Image[]> {
  const printed = await runCommand(process.execPath, [PROGRAM, '--save', ...args], { showProgress: true });
  return printed
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', tar = ''] = line.split('\t');
      return { name, tar };
    });
}
