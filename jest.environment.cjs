const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/**
 * Jest's Node environment with two changes.
 *
 * Its global object is an ordinary one (`DONT_CONTEXTIFY`). The one that Jest makes is contextified: each use of a global such
 * as `Math` or `Float32Array` calls an interceptor, which made a loop with `Math.abs` and `Math.floor` about 40 times slower
 * than in production.
 *
 * It shares the binary types of the outer realm: onnxruntime-node is native code and checks `instanceof Float32Array`
 * against the constructor of the outer realm.
 */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    // Jest offers no option for the kind of the context, so its call is replaced while its constructor runs.
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
    for (const type of [
      ArrayBuffer,
      SharedArrayBuffer,
      Uint8Array,
      Int8Array,
      Uint16Array,
      Int32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
    ]) {
      this.global[type.name] = type;
    }
  }
};
