const { TestEnvironment } = require('jest-environment-node');

/**
 * Node's environment, sharing the outer realm's binary types. onnxruntime-node is native code and checks
 * `instanceof Float32Array` against the outer realm's constructor, which Jest's sandbox would otherwise hide.
 */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
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
