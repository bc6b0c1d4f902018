import type { StreamDecoder } from './decoders.ts';
export function openWavDecoder(): StreamDecoder {
  throw new Error('not there yet');
}
