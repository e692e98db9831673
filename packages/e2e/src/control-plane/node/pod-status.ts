/** What a kubelet knows of a pod of one container. */
export interface PodState {
  /** `unschedulable`: no node takes it; `creating`: on a node, nothing runs; `running`; `crashed`: waits to be started again. */
  readonly stage: 'unschedulable' | 'creating' | 'running' | 'crashed';
  readonly ready: boolean;
  readonly container: string;
  readonly image: string;
  readonly address: string | undefined;
  readonly restarts: number;
  /** When the container was started, in milliseconds since 1970. */
  readonly startedAt: number | undefined;
  /** When `ready` last changed, in milliseconds since 1970. */
  readonly since: number;
}

/** The status that a kubelet writes. */
export function podStatus(state: PodState): object {
  const lastTransitionTime = rfc3339(state.since);
  const condition = (type: string, isTrue: boolean, reason?: string): object => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime,
    ...(isTrue || reason === undefined ? {} : { reason, message: reason }),
  });
  if (state.stage === 'unschedulable') {
    return {
      phase: 'Pending',
      conditions: [condition('PodScheduled', false, 'Unschedulable')],
    };
  }
  const { address, ready } = state;
  return {
    phase: state.stage === 'creating' ? 'Pending' : 'Running',
    ...(address === undefined ? {} : { podIP: address, podIPs: [{ ip: address }] }),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready, 'ContainersNotReady'),
      condition('Ready', ready, 'ContainersNotReady'),
    ],
    containerStatuses: [
      {
        name: state.container,
        image: state.image,
        imageID: '',
        ready,
        started: state.stage === 'running',
        restartCount: state.restarts,
        state: containerState(state),
      },
    ],
  };
}

function containerState({ stage, startedAt }: PodState): object {
  if (stage === 'running' && startedAt !== undefined) return { running: { startedAt: rfc3339(startedAt) } };
  return { waiting: { reason: stage === 'crashed' ? 'CrashLoopBackOff' : 'ContainerCreating' } };
}

/** Kubernetes writes whole seconds. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
