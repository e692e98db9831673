import { missingForControlPlane, startControlPlane, type ControlPlane } from '../src/testing/index.js';
import { clientBehaviour } from './behaviour/client.js';
import { controllerBehaviour } from './behaviour/controller.js';
import { informerBehaviour } from './behaviour/informer.js';
import { eventually } from './kit/eventually.js';
import { installWidgets, openTarget, widgets, type Target } from './kit/target.js';

const missing = missingForControlPlane();
const suite = missing === undefined ? describe : describe.skip;

suite(`against a real kube-apiserver${missing === undefined ? '' : ` (${missing})`}`, () => {
  let controlPlane: ControlPlane;
  let target: Target;
  beforeAll(async () => {
    controlPlane = await startControlPlane();
    target = await openTarget(controlPlane.kubeConfig);
    await installWidgets(target.client);
    await eventually(() => target.client.list(widgets));
  }, 180_000);
  afterAll(async () => {
    await target.client.close();
    await controlPlane.stop();
  });

  describe('the client', () => clientBehaviour(() => target));
  describe('the informer', () => informerBehaviour(() => target));
  describe('the rest', () => controllerBehaviour(() => target));
});
