import { spawnSync } from 'node:child_process';

/** What AWS deletes by itself after a waiting time, and costs nothing until then. */
const PENDING = /^arn:[\w-]+:kms:/;

/**
 * ARNs that still carry the tags of a stack, or undefined when the command aws is not there. AWS lists what was deleted for
 * some minutes more, so each is looked for again.
 */
export function leftovers(stack, region) {
  if (spawnSync('aws', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const deadline = Date.now() + 5 * 60_000;
  for (;;) {
    const { status, stdout, stderr } = spawnSync(
      'aws',
      [
        ...['resourcegroupstaggingapi', 'get-resources', '--region', region, '--output', 'json'],
        ...['--tag-filters', 'Key=Project,Values=face-comparison', `Key=Stack,Values=${stack}`],
      ],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`aws resourcegroupstaggingapi failed: ${stderr.trim()}`);
    const found = JSON.parse(stdout).ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN);
    const left = found.filter((arn) => !PENDING.test(arn));
    if (left.length === 0 || Date.now() > deadline) return left;
    console.log(`AWS still lists ${left.length} resources with the tags of the stack; asking again in 15 s`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15_000);
  }
}
