import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build.mjs';
import { findBuilder } from '../images/builders.mjs';
import { inputFiles, revisionOf } from '../images/inputs.mjs';
import { StepError } from './pulumi.mjs';

/** The images of the service, the folder each is built of, and the setting that names it. */
const IMAGES = [
  { part: 'server', repository: 'serverRepository', setting: 'image' },
  { part: 'operator', repository: 'operatorRepository', setting: 'operator.image' },
];

/**
 * Builds both images, pushes them into the registry of the platform and sets them, pinned by digest, in the settings of the
 * service. What the registry has already is not pushed again: its tags never change.
 *
 * @param platform outputs of the platform's stack
 * @param service the stack that gets the settings
 */
export function pushImages(platform, service) {
  const wantsGpu = service.setting('accelerator') === 'nvidia';
  const [registry] = platform.serverRepository.split('/');
  let builder;
  for (const { part, repository, setting } of IMAGES) {
    const only = part === 'server' && wantsGpu ? 'gpu' : part;
    const tag = `${tagOf(part)}${only === 'gpu' ? '-gpu' : ''}`;
    let digest = digestInRegistry(platform[repository], tag, platform.region);
    if (digest === undefined) {
      const parts = only === 'gpu' ? ['server', 'gpu'] : [only];
      for (const one of parts)
        execFileSync(process.execPath, [join(root, 'tools/images.mjs'), '--only', one], { stdio: 'inherit' });
      if (builder === undefined) {
        builder = findBuilder({ standIn: false });
        builder.login(registry, run('aws', ['ecr', 'get-login-password', '--region', platform.region]).trim());
      }
      console.log(`pushing ${platform[repository]}:${tag}`);
      digest = builder.push(localName(only), `${platform[repository]}:${tag}`);
    }
    service.set(setting, `${platform[repository]}@${digest}`);
    console.log(`${setting} is ${platform[repository]}@${digest}`);
  }
}

/** The digest of an image that was pushed before; undefined when there is none under this tag. */
function digestInRegistry(repository, tag, region) {
  const name = repository.slice(repository.indexOf('/') + 1);
  const args = [
    'ecr',
    'describe-images',
    '--region',
    region,
    '--repository-name',
    name,
    '--image-ids',
    `imageTag=${tag}`,
  ];
  const { status, stdout, stderr, error } = spawnSync('aws', [...args, '--output', 'json'], { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout).imageDetails[0]?.imageDigest;
  if (stderr?.includes('ImageNotFoundException')) return undefined;
  throw new StepError(`aws ecr describe-images failed: ${error?.message ?? stderr.trim()}`);
}

function localName(part) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return `face-comparison-${part === 'gpu' ? 'server-gpu' : part}:${version}`;
}

/** A tag that names the commit of what is in the image. */
function tagOf(part) {
  const containerfile = `packages/${part}/Containerfile`;
  const files = inputFiles(readFileSync(join(root, containerfile), 'utf8'));
  const revision = revisionOf([...files, containerfile]);
  if (revision.endsWith('-dirty') || revision === 'unknown')
    throw new StepError(
      `the files of the image ${part} are not as they were committed: commit them, or set images yourself`,
    );
  return revision.slice(0, 12);
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined || status !== 0)
    throw new StepError(`${command} ${args.slice(0, 2).join(' ')} failed: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
