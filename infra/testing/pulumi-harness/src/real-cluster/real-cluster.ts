import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveForwardingKubernetes } from '../forwarding-kubernetes/provider.js';
import { findPrograms } from '../forwarding-kubernetes/programs.js';
import { objectsAt, parseObject } from '../pulumi/json.js';
import { changingSteps } from '../pulumi/event-log.js';
import { Stack, succeeded } from '../pulumi/stack.js';
import { stackOutputs } from '../pulumi/state.js';
import { Workplace } from '../pulumi/workplace.js';
import { describeSteps, expect, expectNoChange } from '../scenarios/expect.js';
import { PROGRAMS } from '../scenarios/programs.js';
import type { Result, Results } from '../scenarios/run-scenarios.js';
import { kubectlOn, type Kubectl } from './kubectl.js';

export const REAL_CLUSTER = {
  name: 'real-cluster',
  what: 'service, target kubernetes, on a real cluster: up until a photo is compared, a change of replicas, a model changed by kubectl that up does not undo, a destroy that leaves no object and no CRD',
} as const;

export interface RealClusterOptions {
  readonly kubeconfig: string;
  readonly serverImage: string;
  readonly operatorImage: string;
  /** `HOST:PORT` of a node port, where the service is to answer. */
  readonly address: string;
}

const NAMESPACE = 'pulumi-harness-test';
const NAME = 'faces';
const IN_NAMESPACE = ['--namespace', NAMESPACE] as const;

/** Ends a command that hangs. How long each takes is told and not judged: a busy machine takes many times as long. */
const TIMEOUT_MS = 3_600_000;

/** The same model under another name: an upgrade that needs no other weights. */
const SECOND_MODEL = 'default-2.0.0-again';

/** Runs infra/service on a real cluster by the real engine, and tells of each step. */
export async function runRealCluster(options: RealClusterOptions): Promise<Results> {
  const { name, what } = REAL_CLUSTER;
  const started = performance.now();
  const over = (outcome: Result['outcome'], note: string): Results => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${outcome === 'passed' ? 'ok  ' : 'FAIL'} ${name} ${seconds} s: ${note}`);
    return { timelines: [], scenarios: [{ name, what, outcome, note }] };
  };
  try {
    return over('passed', await deployAndDestroy(options));
  } catch (error) {
    return over('failed', error instanceof Error ? error.message : String(error));
  }
}

async function deployAndDestroy({
  kubeconfig,
  serverImage,
  operatorImage,
  address,
}: RealClusterOptions): Promise<string> {
  const programs = findPrograms();
  const kubectl = kubectlOn(programs.kubectl, kubeconfig);
  const { project, folder } = PROGRAMS.service;
  const provider = await serveForwardingKubernetes({ kubeconfig, programs, folder: join(folder, 'dist') });
  const workplace = await Workplace.open();
  const stack = await Stack.create({
    workplace,
    projectFolder: folder,
    project,
    name: 'cluster',
    providers: { kubernetes: provider.port },
  });
  const before = await leftIn(kubectl);
  let isUp = false;
  try {
    await stack.configure({
      target: 'kubernetes',
      namespace: NAMESPACE,
      name: NAME,
      replicas: 1,
      lanes: 1,
      // The node of the test cluster has two cores, and each pod would ask for one.
      'resources.requests.cpu': '200m',
      // No criterion: a busy machine loads a model for minutes.
      readyMinutes: 60,
      'firstComparison.seconds': 1800,
      image: serverImage,
      'operator.image': operatorImage,
      'kubernetes.kubeconfig': kubeconfig,
      'kubernetes.nodePort': Number(address.split(':').at(-1)),
      'kubernetes.url': `http://${address}`,
    });

    isUp = true;
    const up = succeeded(await stack.up({ timeoutMs: TIMEOUT_MS }));
    const version = stackOutputs(await stack.state())['faceModelVersion'];
    step(`up in ${up.seconds.toFixed(0)} s; model ${String(version)} compared two photos at ${address}`);
    expectNoChange(await stack.up({ timeoutMs: TIMEOUT_MS }));
    step('up again changed nothing');

    await stack.configure({ replicas: 2 });
    const scaled = succeeded(await stack.up({ timeoutMs: TIMEOUT_MS }));
    expect(
      changingSteps(scaled.events).length === 1,
      'one change for another number of replicas',
      describeSteps(scaled.events),
    );
    const ready = ['wait', `facecomparison/${NAME}`, ...IN_NAMESPACE, '--for=jsonpath={.status.readyReplicas}=2'];
    await kubectl(...ready, '--timeout=15m');
    step(`two replicas in ${scaled.seconds.toFixed(0)} s`);

    await changeModel(kubectl, workplace.folder);
    step(`kubectl changed the model to ${SECOND_MODEL}`);
    await stack.configure({ replicas: 1 });
    succeeded(await stack.up({ timeoutMs: TIMEOUT_MS }));
    const model = await field(kubectl, '{.spec.model}');
    expect(model === SECOND_MODEL, `spec.model to stay ${SECOND_MODEL}`, model);
    step(`up left the model alone that kubectl had set`);

    const destroyed = succeeded(await stack.destroy({ timeoutMs: TIMEOUT_MS }));
    isUp = false;
    const { resources } = await stack.state();
    expect(resources.length === 0, 'an empty state', resources.map(({ urn }) => urn).join(', '));
    const left = await leftIn(kubectl);
    expect(left === before, `the cluster as it was before: ${before}`, left);
    step(`destroyed in ${destroyed.seconds.toFixed(0)} s; nothing is left`);

    return `up ${up.seconds.toFixed(0)} s, destroy ${destroyed.seconds.toFixed(0)} s`;
  } finally {
    // The cluster is not ours to leave things in.
    if (isUp)
      await stack
        .destroy({ timeoutMs: TIMEOUT_MS })
        .catch((error: unknown) => step(`not cleaned up: ${String(error)}`));
    provider.close();
    await workplace.remove();
  }
}

/** An upgrade as users do it: another FaceModel, then `kubectl patch`; waits until it serves. */
async function changeModel(kubectl: Kubectl, folder: string): Promise<void> {
  const models = parseObject(
    await kubectl('get', 'facemodels', ...IN_NAMESPACE, '-o', 'json'),
    'kubectl get facemodels',
  );
  const first = objectsAt(models, 'items')[0] ?? {};
  const second = {
    apiVersion: first['apiVersion'],
    kind: first['kind'],
    metadata: { name: SECOND_MODEL, namespace: NAMESPACE },
    spec: first['spec'],
  };
  const file = join(folder, 'second-model.json');
  await writeFile(file, JSON.stringify(second));
  await kubectl('create', '-f', file);
  const patch = JSON.stringify({ spec: { model: SECOND_MODEL } });
  await kubectl('patch', 'facecomparison', NAME, ...IN_NAMESPACE, '--type=merge', '-p', patch);
  await kubectl('wait', `facecomparison/${NAME}`, ...IN_NAMESPACE, '--for=condition=RolloutSucceeded', '--timeout=30m');
}

async function field(kubectl: Kubectl, path: string): Promise<string> {
  return kubectl('get', 'facecomparison', NAME, ...IN_NAMESPACE, '-o', `jsonpath=${path}`);
}

/** What a deployment could leave: namespaces, CRDs, cluster roles, persistent volumes. */
async function leftIn(kubectl: Kubectl): Promise<string> {
  return kubectl(
    'get',
    'namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,persistentvolumes',
    '-o',
    'name',
  );
}

function step(text: string): void {
  console.log(`     ${text}`);
}
