export {
  missingForControlPlane,
  startControlPlane,
  type ControlPlane,
  type ControlPlaneOptions,
} from './control-plane.js';
export {
  FakeApiServer,
  type FailOptions,
  type FakeApiServerOptions,
  type FakeRequest,
  type Fault,
  type Verb,
} from './fake-api-server/fake-api-server.js';
export { FakeClock } from './fake-clock.js';
export { selfSigned, type SelfSigned } from './self-signed.js';
