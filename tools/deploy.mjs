/** `npm run deploy -- --stack NAME`: both stacks one after the other, from nothing to a URL that answers. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { build, requireNode } from './build.mjs';
import { pushImages } from './deploy/push-images.mjs';
import { duration, requirePulumi, Stack, StepError } from './deploy/pulumi.mjs';

const USAGE = `Deploys the service, and on AWS the platform that it runs on; what is there already is only changed.

  npm run deploy -- --stack NAME

  --stack NAME   of infra/platform/Pulumi.NAME.yaml and infra/service/Pulumi.NAME.yaml, such as dev

Needs pulumi, logged in to a backend; for target aws also credentials of AWS, the command aws, and Docker or buildah unless
images are set. The guides are docs/guides/deploy-on-aws.md and docs/guides/deploy-on-any-cluster.md.`;

async function deploy(name) {
  const started = performance.now();
  requirePulumi();
  console.log('building the programs');
  build('platform', 'service');

  const service = new Stack('service', name);
  service.ensure();
  const onAws = (service.setting('target') ?? 'aws') === 'aws';
  if (onAws) {
    const platform = new Stack('platform', name);
    platform.ensure();
    console.log('\n1 of 3: the platform; some 15 minutes the first time, of which the control plane takes 9');
    console.log(`the platform is up after ${duration(await platform.update('up'))}`);
    console.log('\n2 of 3: the images');
    if (service.setting('image') !== undefined) console.log('set in the settings of the stack; none is built');
    else pushImages(platform.outputs(), service);
  }
  if (
    (service.setting('gateway.authentication') ?? 'API_KEY') === 'API_KEY' &&
    onAws &&
    service.setting('keys') === undefined
  ) {
    service.set('keys.default', randomBytes(24).toString('hex'), '--secret');
    console.log('made a key for the client "default": pulumi config get --path keys.default, in infra/service');
  }
  console.log(`\n${onAws ? '3 of 3: the service' : 'the service'}; ends when it has compared two photos`);
  console.log(`the service is up after ${duration(await service.update('up'))}`);

  const { url, cost } = service.outputs();
  const perMillion = cost?.dollarsPerMillionImages;
  const price =
    cost === undefined
      ? ''
      : ` It costs about $${cost.idleDollarsPerMonth.toFixed(2)} a month at rest${perMillion === undefined ? '' : `, and $${perMillion.toFixed(2)} for a million images`}.`;
  console.log(`\nNext: npm run destroy -- --stack ${name} takes all of it away again.`);
  console.log(`${url ?? 'The service'} answers, after ${duration((performance.now() - started) / 1000)}.${price}`);
}

requireNode();
try {
  const { values } = parseArgs({ options: { stack: { type: 'string' }, help: { type: 'boolean', default: false } } });
  if (values.help) console.log(USAGE);
  else if (values.stack === undefined) throw new TypeError('--stack is missing: name the stack, such as --stack dev');
  else await deploy(values.stack);
} catch (error) {
  console.error(`\n${error.message}`);
  if (error instanceof TypeError) console.error(`\n${USAGE}`);
  if (error instanceof StepError)
    console.error('Nothing is lost: mend what is said above and type the same again, it goes on from there.');
  process.exit(error instanceof TypeError ? 2 : 1);
}
