import { readFile } from 'node:fs/promises';
import { FaceComparison } from '@face-comparison/client';
import { NAME, type Stage } from '../rig/stage.js';
import { judgeTraffic, seconds } from './judge.js';
import { expect, type Figures, type RolloutScenario } from './scenario.js';

const PHOTO = 'models/default/golden/photos/sample1.jpg';

/** Of what the service carries, so that the cluster, loading models and a busy machine find room beside it. */
const SHARE_OF_CAPACITY = 0.25;
const LEAST_PER_SECOND = 1.5;
const MOST_PER_SECOND = 30;

/** Measures how much traffic the machine carries, once, for all scenarios. */
export async function chooseTraffic(stage: Stage): Promise<void> {
  stage.capacityPerSecond = await stage.measureCapacity();
  const share = Math.round(2 * SHARE_OF_CAPACITY * stage.capacityPerSecond) / 2;
  stage.perSecond = Math.min(MOST_PER_SECOND, Math.max(LEAST_PER_SECOND, share));
}

export const install: RolloutScenario = {
  name: 'install-and-serve',
  group: 'rollouts',
  what: 'the chart and the applied objects become a Service through which the SDK compares two photos',
  run: async (stage) => {
    // Whoever opened the stage has installed the chart and applied the objects.
    const { endpoint = '' } = await stage.untilServing('default');
    expect(endpoint === `http://${NAME}.${stage.namespace}.svc:80`, `the address of the Service, got "${endpoint}"`);
    await stage.begin('default');
    const figures = await compareBySdk(stage);
    return {
      ...stage.openingFigures,
      capacityPerSecond: Math.round(stage.capacityPerSecond),
      requestsPerSecond: stage.perSecond,
      ...figures,
      ...(await judgeTraffic(stage)),
    };
  },
};

/** From a pod, and from this machine where it reaches Services. */
async function compareBySdk(stage: Stage): Promise<Figures> {
  const said = await stage.rig.driver.compareBySdk(stage.serviceUrl, stage.key);
  expect(/"similarities":\[(99|100)/.test(said), `the similarity of a photo with itself in a pod, got ${said}`);
  if (!stage.rig.cluster.isOurs) return {};
  const faces = new FaceComparison({ baseUrl: stage.serviceUrl, apiKey: stage.key });
  const photo = await readFile(PHOTO);
  const started = performance.now();
  const { matches } = await faces.compare(photo, photo);
  const best = Math.max(...matches.map(({ similarity }) => similarity));
  expect(best > 99, `the similarity of a photo with itself to be above 99, got ${best}`);
  return { sdkSimilarity: Math.round(best * 10) / 10, sdkSeconds: seconds(performance.now() - started) };
}
