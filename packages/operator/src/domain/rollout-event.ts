/** What happened, as the reason of an Event. Closed, so that alerts can be written against it. */
export type RolloutEventReason =
  | 'ServingStarted'
  | 'RolloutStarted'
  | 'CanaryStep'
  | 'ApprovalAwaited'
  | 'SwitchScheduled'
  | 'SwitchPostponed'
  | 'Promoted'
  | 'RolledBack'
  | 'RolloutSucceeded'
  | 'RolloutAborted'
  | 'RolloutRejected'
  | 'VersionUnloaded';

export interface RolloutEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: RolloutEventReason;
  readonly note: string;
}
