import { FakeApiServer } from '../src/testing/index.js';
import { clientBehaviour } from './behaviour/client.js';
import { controllerBehaviour } from './behaviour/controller.js';
import { informerBehaviour } from './behaviour/informer.js';
import { openTarget, widgets, type Target } from './kit/target.js';

describe('against the fake API server', () => {
  let server: FakeApiServer;
  let target: Target;
  beforeAll(async () => {
    server = await FakeApiServer.start({ resources: [widgets] });
    target = await openTarget(server.kubeConfig);
  });
  afterAll(async () => {
    await target.client.close();
    await server.stop();
  });

  describe('the client', () => clientBehaviour(() => target));
  describe('the informer', () => informerBehaviour(() => target));
  describe('the rest', () => controllerBehaviour(() => target));
});
