import type { Pod as KubePod } from '@face-comparison/kube-runtime';

import { addressOf, observedPod } from './observe-pod.js';

const pod = (status: NonNullable<KubePod['status']>, metadata: KubePod['metadata'] = {}): KubePod => ({
  metadata: { name: 'faces-1', uid: 'u', ...metadata },
  status,
});
const ready = { type: 'Ready', status: 'True' };

it('is in service while it is ready and stays', () => {
  expect(observedPod(pod({ phase: 'Running', conditions: [ready] }), undefined)).toMatchObject({
    ready: true,
    ending: false,
  });
  const going = pod({ phase: 'Running', conditions: [ready] }, { deletionTimestamp: '2026-01-01T00:00:00Z' });
  expect(observedPod(going, undefined)).toMatchObject({ ready: true, ending: true });
  expect(observedPod(pod({ phase: 'Failed', reason: 'Evicted' }), undefined)).toMatchObject({
    ready: false,
    ending: true,
  });
});

it('says why it finds no node', () => {
  const message = '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.';
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
  expect(observedPod(pod({ phase: 'Pending', conditions }), undefined)).toMatchObject({ unschedulable: message });
});

it('says why its container does not run, and nothing while it is only being made', () => {
  const waiting = (reason: string, last?: string) =>
    observedPod(
      pod({
        phase: 'Pending',
        containerStatuses: [
          {
            name: 'server',
            image: 'i',
            imageID: '',
            ready: false,
            restartCount: 0,
            state: { waiting: { reason, message: 'back-off' } },
            ...(last === undefined ? {} : { lastState: { terminated: { exitCode: 137, reason: last } } }),
          },
        ],
      }),
      undefined,
    ).waiting;
  expect(waiting('ImagePullBackOff')).toBe('ImagePullBackOff: back-off');
  expect(waiting('CrashLoopBackOff', 'OOMKilled')).toBe('CrashLoopBackOff: back-off: it ended before: OOMKilled');
  expect(waiting('ContainerCreating')).toBeUndefined();
});

it('knows the generation that it was nudged with', () => {
  const annotations = { 'face-comparison.dev/plan-generation': '7' };
  expect(observedPod(pod({}, { annotations }), undefined)).toMatchObject({ annotated: 7 });
  expect(
    observedPod(pod({}, { annotations: { 'face-comparison.dev/plan-generation': 'x' } }), undefined),
  ).not.toHaveProperty('annotated');
});

it('can be asked while it runs and has an address', () => {
  expect(addressOf(pod({ phase: 'Running', podIP: '10.0.0.1' }))).toBe('10.0.0.1');
  expect(addressOf(pod({ phase: 'Pending', podIP: '10.0.0.1' }))).toBeUndefined();
  expect(addressOf(pod({ phase: 'Running' }))).toBeUndefined();
});
