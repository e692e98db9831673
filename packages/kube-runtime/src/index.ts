export { systemClock, type Clock } from './clock.js';
export {
  KubeClient,
  type ApplyOptions,
  type CallOptions,
  type DeleteOptions,
  type JsonPatchOperation,
  type KubeClientOptions,
  type List,
  type ListOptions,
  type Named,
  type PatchOptions,
  type Selection,
  type WatchOptions,
  type WriteOptions,
} from './client/client.js';
export type { WatchEvent } from './client/watch-stream.js';
export { findCondition, setCondition, type Condition } from './conditions.js';
export { Controller, TerminalError, type ControllerOptions, type ReconcileResult, type Watch } from './controller.js';
export {
  KubeError,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isNotFound,
  isTransient,
  type KubeErrorCode,
  type StatusDetails,
} from './errors.js';
export { EventRecorder, type EventNote, type EventRecorderOptions } from './events.js';
export { addFinalizer, removeFinalizer } from './finalizers.js';
export { Informer, dropManagedFields, type InformerEvent, type InformerOptions } from './informer.js';
export { LeaderElector, LeadershipLostError, type LeaderElectionOptions, type LeaderElectorOptions } from './lease.js';
export { silentLogger, type Logger } from './logger.js';
export type { Address, HealthCheck } from './health.js';
export { Manager, type ManagerOptions } from './manager.js';
export { RuntimeMetrics } from './metrics.js';
export {
  compareResourceVersions,
  keyOf,
  keyText,
  parseKey,
  type KubeObject,
  type ObjectKey,
  type ObjectMeta,
} from './objects.js';
export { controllerOf, isControlledBy, ownerKeys, ownerReference, type OwnerReference } from './owners.js';
export { RateLimitedQueue, type QueueOptions } from './queue.js';
export { apiVersionOf, defineResource, resourceName, type Resource } from './resource.js';
export * from './resources.js';
export { microTime, timestamp, type Wire } from './wire.js';
