import { Informer, isGone, resources } from '../src/index.js';
import { missingForControlPlane, startControlPlane, type ControlPlane } from '../src/testing/index.js';
import { clientBehaviour } from './behaviour/client.js';
import { controllerBehaviour } from './behaviour/controller.js';
import { informerBehaviour } from './behaviour/informer.js';
import { eventually, failureOf } from './kit/eventually.js';
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
  });
  afterAll(async () => {
    await target.client.close();
    await controlPlane.stop();
  });

  describe('the client', () => clientBehaviour(() => target));
  describe('the informer', () => informerBehaviour(() => target));
  describe('the rest', () => controllerBehaviour(() => target));

  describe('that is killed and comes back', () => {
    it('costs the informer nothing but time', async () => {
      const { client, namespace } = target;
      const informer = new Informer({ client, resource: resources.configMaps, namespace });
      const events: string[] = [];
      informer.onChange(({ type, object }) => events.push(`${type} ${object.metadata?.name ?? ''}`));
      const stop = new AbortController();
      const running = informer.run(stop.signal);
      await informer.synced;
      const apply = (name: string) => client.apply(resources.configMaps, { metadata: { namespace, name } });
      await apply('restart-before');
      await eventually(() => events.includes('added restart-before'));
      await controlPlane.restartApiServer();
      await eventually(() => apply('restart-after'));
      await eventually(() => events.includes('added restart-after'));
      expect(events.filter((event) => event === 'added restart-before')).toHaveLength(1);
      // It has forgotten what was before: a watch from there ends with an ERROR event inside.
      const old = client.watch(resources.configMaps, { namespace, resourceVersion: '1', timeoutSeconds: 300 });
      expect(isGone(await failureOf(old.next()))).toBe(true);
      stop.abort();
      await running;
    });
  });
});
