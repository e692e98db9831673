export { serveAws } from './provider/aws.js';
export type { Served } from './provider/serve.js';
export { serveGateway } from './gateway/serve.js';
export { World, type WorldOptions } from './world/world.js';
export { latencySeconds } from './catalogue/operation-latency.js';
export { serveKubernetes } from './kubernetes/provider.js';
