// What a serving process does with its plan, for tests that stand in for many of them.
export { describeServing } from './describe-serving.js';
export { PlanError, parsePlan } from './parse-plan.js';
export { Registry, type PlanEntry, type RegistryOptions, type VersionLanes } from './registry.js';
export { bucketOf, defaultVersion, type Route } from './routing.js';
