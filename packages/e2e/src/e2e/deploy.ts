import { missingForCluster } from '../cluster/index.js';
import { deployOnCluster } from '../deploy/on-cluster.js';
import { missingPulumi, runEngine } from '../deploy/pulumi-engine.js';
import { seedFlag, type Scenario } from './scenario.js';

/** The Pulumi programs, run by the real engine. */
export const onFakeCloud: Scenario = {
  name: 'fake-cloud',
  group: 'pulumi',
  what: 'both Pulumi programs go up, change and go down by the real engine on a cloud with the rules of AWS, whatever fails',
  missing: missingPulumi,
  isConcurrent: true,
  // It computes all the time, and what runs beside it has instants to keep.
  run: (run) => runEngine(seedFlag(run), { onOutput: run.onOutput, isLowPriority: true }),
};

/** The one of them that needs no AWS, on a real cluster. */
export const onCluster: Scenario = {
  name: 'deploy-on-cluster',
  group: 'pulumi',
  what: 'the service goes up on a real cluster until it compares two photos, is upgraded by kubectl, and leaves nothing',
  missing: async () => (await missingPulumi()) ?? (await missingForCluster()),
  run: deployOnCluster,
};
