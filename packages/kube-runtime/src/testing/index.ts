export {
  missingForControlPlane,
  startControlPlane,
  type ControlPlane,
  type ControlPlaneOptions,
} from './control-plane.js';
export { FakeClock } from './fake-clock.js';
export { selfSigned, type SelfSigned } from './self-signed.js';
