export { captureGraph, type CaptureOptions, type MockResource } from './capture-graph.js';
export type { GraphResource, Timeouts } from './graph-resource.js';
export { ResourceGraph } from './resource-graph.js';
