const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');
const coverage = require('collect-v8-coverage');
const { SteadyCoverage } = require('./jest-coverage.cjs');

coverage.CoverageInstrumenter = SteadyCoverage;

/**
 * Calls `make`. A context that this call creates gets an ordinary global object. Jest's own global object is a proxy,
 * which V8 asks for every `Math` and `Float32Array` of the code under test: 20 million calls of Math.sqrt took 11 s
 * instead of 0.06 s.
 */
function withOrdinaryGlobal(make) {
  const { createContext } = vm;
  vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
  try {
    return make();
  } finally {
    vm.createContext = createContext;
  }
}

// onnxruntime-node and better-sqlite3 check `instanceof` against Node's own typed arrays, but a vm context, in which
// jest runs the tests, has its own typed arrays.
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    withOrdinaryGlobal(() => super(config, context));
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
