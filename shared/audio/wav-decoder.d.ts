declare module 'wav-decoder' {
  interface Decoded {
    numberOfChannels: number;
    length: number;
    sampleRate: number;
    channelData: Float32Array<ArrayBuffer>[];
  }
  interface Options {
    /** Integers are divided by 2^(bits - 1) whatever their sign. */
    symmetric?: boolean;
  }
  interface WavDecoder {
    decode: { sync(wav: ArrayBuffer, options?: Options): Decoded };
  }
  const wavDecoder: WavDecoder;
  export = wavDecoder;
}
