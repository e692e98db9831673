/** `npm run destroy -- --stack NAME`: takes away what `npm run deploy` made, and looks whether anything is left. */
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { build, requireNode } from './build.mjs';
import { leftovers } from './deploy/leftovers.mjs';
import { duration, requirePulumi, Stack, StepError } from './deploy/pulumi.mjs';

const USAGE = `Destroys the service, and on AWS the platform that it runs on, with the models in its bucket and the images in its registries.

  npm run destroy -- --stack NAME [options]

  --stack NAME     as it was deployed
  --keep-platform  only the service
  --cluster-gone   the cluster cannot be reached and never will be: forget what was in it
  --yes            do not ask

The guide is docs/guides/destroy.md.`;

async function destroy({ stack: name, yes, 'keep-platform': keepPlatform, 'cluster-gone': clusterGone }) {
  const started = performance.now();
  requirePulumi();
  const stacks = [new Stack('service', name), ...(keepPlatform ? [] : [new Stack('platform', name)])].filter((stack) =>
    stack.exists(),
  );
  if (stacks.length === 0)
    throw new StepError(`there is no stack ${name}: "pulumi stack ls" in infra/service lists them`);
  const counts = stacks.map((stack) => `${stack.size()} resources of infra/${stack.program}`).join(' and ');
  if (!yes) await confirm(name, counts);
  // Pulumi asks the programs for nothing when it destroys, but wants to find them.
  build(...stacks.map(({ program }) => program));
  const env = clusterGone ? { PULUMI_K8S_DELETE_UNREACHABLE: 'true' } : {};
  const { region } = stacks.at(-1).outputs();
  for (const stack of stacks) {
    console.log(`\ndestroying infra/${stack.program}`);
    const seconds = await stack.update('destroy', env);
    // A Ctrl-C between two steps of a destroy ends it with success.
    const left = stack.size();
    if (left > 0)
      throw new StepError(`interrupted: ${left} resources of infra/${stack.program} are left; type it again`);
    console.log(`infra/${stack.program} is gone after ${duration(seconds)}`);
  }
  const left = keepPlatform || region === undefined ? undefined : leftovers(name, region);
  if (left !== undefined && left.length > 0) {
    console.error(`\nstill there, with the tags of this stack:\n${left.map((arn) => `  ${arn}`).join('\n')}`);
    throw new StepError('docs/guides/destroy.md says what each of them may be');
  }
  console.log(
    `\nNext: pulumi stack rm ${name} --preserve-config, in infra/service and infra/platform, forgets the history, too.`,
  );
  const checked = left === undefined ? '' : ' AWS knows nothing any more that has its tags.';
  console.log(`The stack ${name} is gone, after ${duration((performance.now() - started) / 1000)}.${checked}`);
}

async function confirm(name, counts) {
  if (!process.stdin.isTTY) throw new StepError(`this destroys ${counts}; without a terminal, say --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`This destroys ${counts}. Type the name of the stack to go on: `);
  terminal.close();
  if (answer.trim() !== name) throw new StepError(`got "${answer}" and expected "${name}": nothing was destroyed`);
}

requireNode();
try {
  const { values } = parseArgs({
    options: {
      stack: { type: 'string' },
      'keep-platform': { type: 'boolean', default: false },
      'cluster-gone': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) console.log(USAGE);
  else if (values.stack === undefined) throw new TypeError('--stack is missing: name the stack, such as --stack dev');
  else await destroy(values);
} catch (error) {
  console.error(`\n${error.message}`);
  if (error instanceof TypeError) console.error(`\n${USAGE}`);
  process.exit(error instanceof TypeError ? 2 : 1);
}
