const { TestEnvironment } = require('jest-environment-node');
const coverage = require('collect-v8-coverage');
const { SteadyCoverage } = require('./jest-coverage.cjs');

coverage.CoverageInstrumenter = SteadyCoverage;

// onnxruntime-node and better-sqlite3 check `instanceof` against the host realm's typed arrays; jest's vm has its own.
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const type of [
      Float32Array,
      Float64Array,
      Int8Array,
      Int16Array,
      Int32Array,
      Uint8Array,
      Uint8ClampedArray,
      Uint16Array,
      Uint32Array,
      BigInt64Array,
      BigUint64Array,
      ArrayBuffer,
      SharedArrayBuffer,
      DataView,
    ])
      this.global[type.name] = type;
  }
};
