import { describe, expect, test } from '@jest/globals';
import { type EarshotError } from '../errors.ts';
import { seededRandom } from '../testing/noise.ts';
import { ascii, chunk, concat, uint, wavFile } from '../testing/wav-files.ts';
import { readWav } from './wav-read.ts';
import { WavStream } from './wav-stream.ts';
import { writeWav } from './wav-write.ts';

const int16 = new Uint8Array(Int16Array.of(0, 1, -1, 16_384, 32_767, -32_768).buffer);
const RAMP = Float32Array.of(0, 1 / 32_768, -1 / 32_768, 0.5, 32_767 / 32_768, -1);

function codeOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as EarshotError).code;
  }
  return 'nothing was thrown';
}

/** Reads through the streaming reader, in chunks of `size` bytes. */
function streamed(bytes: Uint8Array, size: number): number[] {
  const stream = new WavStream();
  const samples: number[] = [];
  for (let at = 0; at < bytes.length; at += size) samples.push(...stream.push(bytes.slice(at, at + size)));
  stream.end();
  return samples;
}

describe.each([
  ['readWav', (bytes: Uint8Array) => Array.from(readWav(bytes).channels[0] ?? [])],
  ['WavStream in one chunk', (bytes: Uint8Array) => streamed(bytes, bytes.length)],
  ['WavStream in chunks of 7 bytes', (bytes: Uint8Array) => streamed(bytes, 7)],
])('%s', (_, read) => {
  test('reads a plain file', () => expect(read(wavFile({ data: int16 }))).toEqual([...RAMP]));

  test.each([
    ['8-bit unsigned', { bits: 8 }, Uint8Array.of(128, 129, 127, 255, 0), [0, 1 / 128, -1 / 128, 127 / 128, -1]],
    [
      '24-bit samples, including the smallest',
      { bits: 24 },
      Uint8Array.of(0, 0, 0x80, 0xff, 0xff, 0x7f, 0, 0, 0x40),
      [-1, Math.fround(8_388_607 / 8_388_608), 0.5],
    ],
    ['20-bit samples in a 24-bit container', { bits: 20, blockBytes: 3 }, Uint8Array.of(0, 0, 0x40), [0.5]],
    ['32-bit', { bits: 32 }, new Uint8Array(Int32Array.of(2 ** 30, -(2 ** 31)).buffer), [0.5, -1]],
    ['32-bit float', { tag: 3, bits: 32 }, new Uint8Array(Float32Array.of(0.25, -1.5).buffer), [0.25, -1.5]],
    ['64-bit float', { tag: 3, bits: 64 }, new Uint8Array(Float64Array.of(0.25, -1.5).buffer), [0.25, -1.5]],
    ['extensible PCM', { subformat: 1 }, int16, [...RAMP]],
    ['extensible float', { subformat: 3, bits: 32 }, new Uint8Array(Float32Array.of(0.25).buffer), [0.25]],
  ])('reads %s', (_name, format, data, expected) => {
    expect(read(wavFile({ ...format, data }))).toEqual(expected);
  });

  test('skips other chunks at any place, and the pad byte after a chunk of odd length', () => {
    const before = [
      chunk('LIST', ascii('odd')),
      chunk('junk', new Uint8Array(9_999)),
      chunk('zero', new Uint8Array(0)),
    ];
    expect(read(wavFile({ data: int16, before, after: [chunk('id3 ', ascii('tail!'))] }))).toEqual([...RAMP]);
  });

  test.each([
    ['0 (a recorder that lost power)', 0],
    ['0xFFFFFFFF (ffmpeg to a pipe)', 0xffffffff],
    ['0x7FFFF000 (sox to a pipe)', 0x7ffff000],
    ['0x7FFFFFFF (arecord to a pipe)', 0x7fffffff],
    ['more than the bytes that follow', 1_000_000],
  ])('reads to the end of the file when the data size is %s', (_name, dataSize) => {
    expect(read(wavFile({ data: int16, dataSize }))).toEqual([...RAMP]);
  });

  test.each([0, 1, 0xffffffff])('ignores a RIFF size of %i', (riffSize) => {
    expect(read(wavFile({ data: int16, riffSize }))).toEqual([...RAMP]);
  });

  test('drops an unfinished sample at the end', () => {
    expect(read(wavFile({ data: int16.subarray(0, 11) }))).toEqual([...RAMP.subarray(0, 5)]);
  });

  test('reads RF64 with its 64-bit size', () => {
    const ds64 = chunk(
      'ds64',
      concat(uint(0, 4), uint(0, 4), uint(int16.length, 4), uint(0, 4), uint(0, 4), uint(0, 4), uint(0, 4)),
    );
    const file = wavFile({ data: int16, dataSize: 0xffffffff, magic: 'RF64', after: [chunk('LIST', ascii('tail'))] });
    expect(read(concat(file.subarray(0, 12), ds64, file.subarray(12)))).toEqual([...RAMP]);
  });

  test.each([
    ['nothing', 'AUDIO_UNREADABLE', new Uint8Array(0)],
    ['text', 'AUDIO_UNREADABLE', ascii('This is not a sound at all, but a letter.')],
    ['a header that is cut off', 'AUDIO_UNREADABLE', wavFile({ data: int16 }).subarray(0, 30)],
    [
      'samples before their format',
      'AUDIO_UNREADABLE',
      concat(ascii('RIFF'), uint(20, 4), ascii('WAVE'), chunk('data', int16)),
    ],
    [
      'a format chunk that is too short',
      'AUDIO_UNREADABLE',
      concat(ascii('RIFF'), uint(20, 4), ascii('WAVE'), chunk('fmt ', int16), chunk('data', int16)),
    ],
    [
      'a format chunk of a gigabyte',
      'AUDIO_UNREADABLE',
      concat(ascii('RIFF'), uint(20, 4), ascii('WAVE'), ascii('fmt '), uint(2 ** 30, 4), int16),
    ],
    ['no samples', 'AUDIO_EMPTY', wavFile({ data: new Uint8Array(0) })],
    [
      '65,535 channels',
      'AUDIO_FORMAT',
      wavFile({ data: new Uint8Array(20_000), channels: 65_535, blockBytes: 65_534 }),
    ],
    ['no channels', 'AUDIO_FORMAT', wavFile({ data: int16, channels: 0 })],
    ['0 Hz', 'AUDIO_FORMAT', wavFile({ data: int16, sampleRate: 0 })],
    ['4 GHz', 'AUDIO_FORMAT', wavFile({ data: int16, sampleRate: 4e9 })],
    ['A-law', 'AUDIO_FORMAT', wavFile({ data: int16, tag: 6, bits: 8 })],
    ['64-bit integers', 'AUDIO_FORMAT', wavFile({ data: int16, bits: 64 })],
    ['16-bit float', 'AUDIO_FORMAT', wavFile({ data: int16, tag: 3 })],
    ['an extensible format that is neither PCM nor float', 'AUDIO_FORMAT', wavFile({ data: int16, subformat: 0x0092 })],
    ['a block size that does not fit channels and bits', 'AUDIO_UNREADABLE', wavFile({ data: int16, blockBytes: 5 })],
    ['NaN', 'AUDIO_NOT_FINITE', wavFile({ data: new Uint8Array(Float32Array.of(0, NaN).buffer), tag: 3, bits: 32 })],
    [
      'a double that is too large for single precision',
      'AUDIO_NOT_FINITE',
      wavFile({ data: new Uint8Array(Float64Array.of(1e300).buffer), tag: 3, bits: 64 }),
    ],
    [
      'a sample of 1e30',
      'AUDIO_NOT_FINITE',
      wavFile({ data: new Uint8Array(Float32Array.of(1e30).buffer), tag: 3, bits: 32 }),
    ],
  ])('refuses %s', (_name, code, bytes) => {
    expect(codeOf(() => read(bytes))).toBe(code);
  });
});

test('returns one array per channel', () => {
  const data = new Uint8Array(Int16Array.of(16_384, -16_384, 8_192, -8_192).buffer);
  expect(readWav(wavFile({ data, channels: 2 })).channels).toEqual([
    Float32Array.of(0.5, 0.25),
    Float32Array.of(-0.5, -0.25),
  ]);
});

test('accepts a view into a larger buffer, and a Buffer', () => {
  const file = wavFile({ data: int16 });
  const shifted = concat(new Uint8Array(3), file).subarray(3);
  expect(readWav(shifted).channels[0]).toEqual(RAMP);
  expect(readWav(Buffer.from(file)).channels[0]).toEqual(RAMP);
});

test('a data size of 0 means an empty recording when whole chunks follow, and an unfinished recording when silence follows', () => {
  expect(codeOf(() => readWav(wavFile({ data: new Uint8Array(0), after: [chunk('LIST', ascii('tail'))] })))).toBe(
    'AUDIO_EMPTY',
  );
  expect(readWav(wavFile({ data: new Uint8Array(3_200), dataSize: 0 })).channels[0]).toEqual(new Float32Array(1_600));
});

test('reads back what writeWav wrote: 16-bit samples exactly and clipped at full scale, float samples bit-identical', () => {
  expect(readWav(writeWav(Float32Array.of(...RAMP, 1.5, -1.5))).channels[0]).toEqual(
    Float32Array.of(...RAMP, 32_767 / 32_768, -1),
  );
  const stereo = [Float32Array.of(0.1, 1.7), Float32Array.of(-0.3, 0.2)];
  expect(readWav(writeWav(stereo, { sampleRate: 44_100, bits: 32 }))).toEqual({ sampleRate: 44_100, channels: stereo });
  expect(codeOf(() => writeWav(Float32Array.of(NaN)))).toBe('AUDIO_NOT_FINITE');
});

test('reads or refuses each of 10,000 mutated headers, quickly and in little memory; a refusal has an error code', () => {
  const random = seededRandom(5);
  const below = (n: number) => Math.floor(random() * n);
  const models = [
    wavFile({ data: new Uint8Array(20_000), before: [chunk('LIST', ascii('odd'))] }),
    wavFile({ data: new Uint8Array(20_001), bits: 24, channels: 6, subformat: 1 }),
    wavFile({ data: new Uint8Array(20_000), tag: 3, bits: 64, channels: 2, sampleRate: 192_000 }),
    wavFile({ data: new Uint8Array(20_000), bits: 8, dataSize: 0xffffffff, magic: 'RF64' }),
  ];
  const extremes = [0, 1, 2, 0x7f, 0x80, 0xff];
  const codes = new Set<string>();
  let longestMs = 0;
  const rssBefore = process.memoryUsage().rss;
  let rssPeak = rssBefore;
  for (let round = 0; round < 10_000; round++) {
    const bytes = (models[round % models.length] as Uint8Array).slice(0, round % 3 === 0 ? below(20_000) : undefined);
    for (let change = 0; change <= below(6); change++) {
      bytes[below(Math.min(80, bytes.length))] =
        round % 2 === 0 ? below(256) : (extremes[below(extremes.length)] as number);
    }
    const startedMs = performance.now();
    codes.add(codeOf(() => readWav(bytes)));
    codes.add(codeOf(() => streamed(bytes, 4_096)));
    longestMs = Math.max(longestMs, performance.now() - startedMs);
    if (round % 100 === 0) rssPeak = Math.max(rssPeak, process.memoryUsage().rss);
  }
  expect([...codes].sort()).toEqual(
    ['AUDIO_EMPTY', 'AUDIO_FORMAT', 'AUDIO_NOT_FINITE', 'AUDIO_UNREADABLE', 'nothing was thrown'].sort(),
  );
  expect(longestMs).toBeLessThan(1_000);
  expect((rssPeak - rssBefore) / 2 ** 20).toBeLessThan(200);
});

test('uses no more memory for a stream of hours than for one of seconds', () => {
  const stream = new WavStream();
  stream.push(wavFile({ data: new Uint8Array(0), dataSize: 0xffffffff, channels: 2, sampleRate: 48_000 }));
  const second = new Uint8Array(192_000);
  for (let s = 0; s < 50; s++) stream.push(second);
  const before = process.memoryUsage().arrayBuffers;
  let samples = 0;
  for (let s = 0; s < 1_000; s++) samples += stream.push(second).length;
  expect(samples).toBe(96_000_000);
  // The heap sizes may differ only by garbage that is not collected yet.
  expect((process.memoryUsage().arrayBuffers - before) / 2 ** 20).toBeLessThan(150);
});

describe('sound that a header announces but the file lacks', () => {
  const bytes = (seconds: number): number => 2 * 16_000 * seconds;
  /** The message about a file with one second of sound, whose header announces `dataSize` bytes of sound. */
  function cutOff(dataSize: number): string | null {
    const stream = new WavStream();
    stream.push(wavFile({ dataSize, data: new Uint8Array(bytes(1)) }));
    return stream.cutOff()?.detail ?? null;
  }

  test('is reported in seconds', () => {
    expect(cutOff(bytes(4))).toBe('Its header announces 4.00 s, but the file ends after 1.00 s.');
  });

  test.each([
    ['the file is complete', bytes(1)],
    ['less than a tenth of a second is missing', bytes(1.09)],
    ['the writer did not know the size', 0xffffffff],
    ['the writer lost power', 0],
  ])('is not reported when %s', (_, dataSize) => {
    expect(cutOff(dataSize)).toBeNull();
  });
});
