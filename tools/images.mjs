/** `npm run images [-- options]`: builds the images of the service and the operator, with Docker or buildah. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { requireNode, root } from './build.mjs';
import { findBuilder, OFFICIAL_BASE } from './images/builders.mjs';
import { digestOf, filesOf, inputFiles, revisionOf } from './images/inputs.mjs';

const USAGE = `Builds the images face-comparison-server and face-comparison-operator from the working tree.

  npm run images [-- options]

  --only server|operator  one of them; --only gpu builds face-comparison-server-gpu on the server's image
  --prefix TEXT           before their names, such as registry.example.com/team/
  --tag TAG               instead of the version
  --base IMAGE            instead of ${OFFICIAL_BASE}; pin it: node@sha256:...
  --stand-in              on a base made of Debian and npm packages, by buildah: where no image registry can be reached
  --no-cache              build all anew

For tests:
  --save                  as facecompare.local/NAME:dev, into files below .cache/images; prints their names and paths
  --folder DIR --name IMAGE   an image of another folder with a Containerfile, saved`;

const PARTS = {
  server: { name: 'server', containerfile: 'packages/server/Containerfile' },
  operator: { name: 'operator', containerfile: 'packages/operator/Containerfile' },
  gpu: { name: 'server-gpu', containerfile: 'packages/server/Containerfile.gpu' },
};

/** Files in .cache/images that nobody asks for any more are kept this long: another process may be reading one. */
const STALE_AFTER_MS = 3_600_000;

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What is built: `npm run images` makes both, from the root of the repository. */
function projectImage(part, { prefix, tag, save }) {
  const { name, containerfile } = PARTS[part];
  const file = join(root, containerfile);
  const files = inputFiles(readFileSync(file, 'utf8'));
  const tagOf = (name) => (save ? `facecompare.local/${name}:dev` : `${prefix}face-comparison-${name}:${tag}`);
  return {
    label: name,
    tag: tagOf(name),
    context: root,
    file,
    files: [...files, containerfile, '.dockerignore'],
    buildArgs: {
      VERSION: version,
      REVISION: revisionOf([...files, containerfile]),
      ...(part === 'gpu' ? { SERVER_IMAGE: tagOf('server') } : {}),
    },
  };
}

/** An image of a folder that is not the project's own. */
function folderImage(folder, tag) {
  const file = join(folder, 'Containerfile');
  if (!existsSync(file)) throw new Error(`--folder: expected a folder with a Containerfile, got ${folder}`);
  return { label: tag.replace(/^.*\/|:.*$/g, ''), tag, context: folder, file, files: filesOf(folder), buildArgs: {} };
}

async function main(options) {
  const isSaved = options.save || options.folder !== undefined;
  const images =
    options.folder === undefined
      ? (options.only === undefined ? ['server', 'operator'] : [options.only]).map((part) =>
          projectImage(part, options),
        )
      : [folderImage(resolve(options.folder), options.name)];
  const builder = findBuilder({ standIn: options['stand-in'] || (isSaved && !hasDocker()) });
  const base = options.base ?? builder.baseImage();
  for (const image of images) {
    const plan = { ...image, buildArgs: { ...image.buildArgs, BASE_IMAGE: base }, noCache: options['no-cache'] };
    if (isSaved) console.log(`${image.tag}\t${await saveImage(builder, plan)}`);
    else await buildImage(builder, plan);
  }
  if (!isSaved) console.log(`\nNext: ${builder.nextStep(images[0].tag)}`);
}

function hasDocker() {
  return findBuilder({ standIn: false }).name === 'docker';
}

async function buildImage(builder, plan) {
  const started = performance.now();
  console.error(`${plan.label}: building ${plan.tag} on ${plan.buildArgs.BASE_IMAGE} with ${builder.name}`);
  await builder.build(plan);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const megabytes = (builder.bytesOf(plan.tag) / 1e6).toFixed(0);
  console.error(`${plan.label}: ${plan.tag}, ${megabytes} MB, ${builder.idOf(plan.tag)}, took ${seconds} s`);
}

/** Builds an image into a file, unless that file was made of the same. */
async function saveImage(builder, plan) {
  const folder = join(root, '.cache/images');
  mkdirSync(folder, { recursive: true });
  // The revision changes with each commit, whatever is in it: a label is no reason to build anew.
  const { VERSION = '', BASE_IMAGE } = plan.buildArgs;
  const facts = [builder.name, plan.tag, VERSION, BASE_IMAGE, builder.idOf(BASE_IMAGE) ?? ''];
  const digest = digestOf(plan.context, plan.files, facts);
  const tar = join(folder, `${plan.label}-${digest.slice(0, 16)}.tar`);
  if (existsSync(tar) && !plan.noCache) {
    console.error(`${plan.label}: ${plan.tag} has been built of the same files before`);
    return tar;
  }
  await buildImage(builder, plan);
  const unfinished = `${tar}.${process.pid}`;
  builder.save(plan.tag, unfinished);
  renameSync(unfinished, tar);
  const isOfThisImage = new RegExp(`^${plan.label}-[0-9a-f]{16}\\.tar`);
  for (const path of readdirSync(folder)
    .filter((name) => isOfThisImage.test(name))
    .map((name) => join(folder, name))) {
    if (path !== tar && Date.now() - statSync(path).mtimeMs > STALE_AFTER_MS) rmSync(path);
  }
  return tar;
}

requireNode();
try {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      prefix: { type: 'string', default: '' },
      tag: { type: 'string', default: version },
      base: { type: 'string' },
      'stand-in': { type: 'boolean', default: false },
      'no-cache': { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      folder: { type: 'string' },
      name: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.only !== undefined && !Object.hasOwn(PARTS, values.only))
    throw new TypeError(`--only: expected ${Object.keys(PARTS).join(', ')}, got "${values.only}"`);
  if ((values.folder === undefined) !== (values.name === undefined))
    throw new TypeError('--folder and --name go together');
  if (values.help) console.log(USAGE);
  else await main(values);
} catch (error) {
  console.error(error.message);
  if (error instanceof TypeError) console.error(`\n${USAGE}`);
  process.exit(error instanceof TypeError ? 2 : 1);
}
