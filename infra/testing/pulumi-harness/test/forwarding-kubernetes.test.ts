import { join } from 'node:path';
import { until } from '../src/forwarding-kubernetes/deadline.js';
import { serveForwardingKubernetes } from '../src/forwarding-kubernetes/provider.js';
import { changeCount, changingSteps } from '../src/pulumi/event-log.js';
import { missingCli } from '../src/pulumi/cli-program.js';
import { Stack, succeeded } from '../src/pulumi/stack.js';
import { Workplace } from '../src/pulumi/workplace.js';
import type { RunningServer } from '../src/grpc/server.js';
import { missingControlPlane, startControlPlane, type ControlPlane } from './control-plane.js';

const CHART = join(__dirname, '../../../../charts/face-comparison-operator');
const missing = missingCli() ?? missingControlPlane();
const withAll = missing === undefined ? describe : describe.skip;

withAll(`objects on a real API server${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let controlPlane: ControlPlane;
  let provider: RunningServer;
  let workplace: Workplace;
  let stack: Stack;

  beforeAll(async () => {
    controlPlane = await startControlPlane();
    provider = await serveForwardingKubernetes({ programs: controlPlane.programs });
    workplace = await Workplace.open();
    stack = await Stack.create({
      workplace,
      projectFolder: join(__dirname, 'kubernetes-project'),
      project: 'kubernetes-fixture',
      name: 'dev',
      providers: { kubernetes: provider.port },
    });
    await stack.configure({ kubeconfig: controlPlane.kubeconfig });
  });

  afterAll(async () => {
    provider.close();
    await workplace.remove();
    await controlPlane.stop();
  });

  const kubectl = (...args: string[]): Promise<string> => controlPlane.kubectl('--namespace=fixture', ...args);
  const colour = (): Promise<string> => kubectl('get', 'configmap', 'paint', '-o', 'jsonpath={.data.colour}');

  it('are made by server-side apply, and found the same the next time', async () => {
    await stack.configure({ colour: 'red' });
    succeeded(await stack.up());

    expect(await colour()).toBe('red');
    expect(await kubectl('get', 'configmap', 'paint', '--show-managed-fields', '-o', 'yaml')).toMatch(
      /manager: pulumi-kubernetes-\w+\n\s+operation: Apply/,
    );
    expect(changeCount(succeeded(await stack.up()).events)).toBe(0);
    expect(changeCount(succeeded(await stack.refresh()).events)).toBe(0);
  });

  it('keep what kubectl made of an ignored field while another one is changed', async () => {
    await kubectl('patch', 'configmap', 'paint', '--type=merge', '-p', '{"data":{"colour":"blue"}}');
    await stack.configure({ colour: 'green', size: 'large' });
    const up = succeeded(await stack.up());

    expect(changingSteps(up.events).map(({ op, type }) => [op, type])).toEqual([
      ['update', 'kubernetes:core/v1:ConfigMap'],
    ]);
    expect(await colour()).toBe('blue');
    expect(await kubectl('get', 'configmap', 'paint', '-o', 'jsonpath={.data.size}')).toBe('large');
  });

  it('that are secret stay so in the state, in base64 too', async () => {
    await stack.configureSecret('password', 'correct horse');
    const up = succeeded(await stack.up());
    succeeded(await stack.refresh());
    const { text } = await stack.state();

    expect(await kubectl('get', 'secret', 'login', '-o', 'jsonpath={.data.password}')).toBe(
      Buffer.from('correct horse').toString('base64'),
    );
    for (const secret of ['correct horse', Buffer.from('correct horse').toString('base64')]) {
      expect(text).not.toContain(secret);
      expect(up.output).not.toContain(secret);
      expect(up.events.text).not.toContain(secret);
    }
  });

  it('of a chart come and change with its release', async () => {
    await stack.configure({ chart: { chart: CHART, values: { crds: { keep: false }, watchNamespaces: ['fixture'] } } });
    succeeded(await stack.up());
    expect(await kubectl('get', 'crds', '-o', 'name')).toContain('facecomparisons.face-comparison.dev');

    await stack.configure({
      chart: { chart: CHART, values: { crds: { keep: false }, watchNamespaces: ['fixture'], replicas: 2 } },
    });
    const up = succeeded(await stack.up());
    expect(changingSteps(up.events).map(({ op, type }) => [op, type])).toEqual([
      ['update', 'kubernetes:helm.sh/v3:Release'],
    ]);
    expect(await kubectl('get', 'deployments', '-o', 'jsonpath={.items[0].spec.replicas}')).toBe('2');
  });

  it('count as made only when their condition is true, and are kept and waited for again until then', async () => {
    await stack.configure({ waitFor: 'condition=Ready' });
    const first = await stack.up();
    expect(first.exitCode).not.toBe(0);
    expect(first.output).toContain('expected condition=Ready; it has no conditions yet');
    expect((await stack.state()).resources.find(({ urn }) => urn.endsWith('::faces'))?.initErrors).toHaveLength(1);

    const second = stack.up();
    await until(
      { timeoutMs: 300_000, signal: new AbortController().signal },
      async () => (await kubectl('get', 'facecomparison', 'faces', '--ignore-not-found', '-o', 'name')) || undefined,
      () => 'faces is not there',
    );
    const condition = {
      type: 'Ready',
      status: 'True',
      reason: 'Tested',
      message: '',
      lastTransitionTime: new Date().toISOString(),
    };
    const status = JSON.stringify({ status: { conditions: [condition] } });
    await kubectl('patch', 'facecomparison', 'faces', '--subresource=status', '--type=merge', '-p', status);
    succeeded(await second);
    expect((await stack.state()).resources.find(({ urn }) => urn.endsWith('::faces'))?.initErrors).toEqual([]);
  });

  it('are waited for until they are gone, and no CRD is left', async () => {
    await kubectl(
      'patch',
      'configmap',
      'paint',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":["example.com/hold"]}}',
    );
    const destroying = stack.destroy();
    const held = until(
      // The garbage collector learns of a new kind within half a minute.
      { timeoutMs: 300_000, signal: new AbortController().signal },
      async () =>
        (await kubectl('get', 'configmap', 'paint', '-o', 'jsonpath={.metadata.deletionTimestamp}')) || undefined,
      () => 'paint is not being deleted',
    );
    const ended = destroying.then(({ output }) => `destroy did not wait: ${output}`);
    expect(await Promise.race([held, ended])).not.toContain('destroy did not wait');
    await kubectl('patch', 'configmap', 'paint', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    succeeded(await destroying);

    expect((await stack.state()).resources).toEqual([]);
    expect(await kubectl('get', 'crds', '-o', 'name')).not.toContain('face-comparison');
    expect(await kubectl('get', 'namespaces', '-o', 'name')).not.toContain('fixture');
  });
});
