import meydaModule from 'meyda';

/**
 * Meyda's types describe an ES module with a default export, but Node loads a CommonJS module that exports Meyda
 * itself. Use only functions without state: `Meyda.extract` keeps global state, which breaks when two configurations
 * are used.
 */
export const Meyda = meydaModule as unknown as Omit<typeof meydaModule.default, 'featureExtractors'> & {
  readonly featureExtractors: {
    /** Meyda declares the result of this function as `any`. */
    readonly powerSpectrum: (input: { ampSpectrum: Float32Array }) => Float32Array<ArrayBuffer>;
  };
};
