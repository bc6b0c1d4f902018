import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { describeWithTool } from '../testing/describe-with-tool.ts';
import { peakDbfs } from './level.ts';
import { readWav } from './wav-read.ts';
import { WavStream } from './wav-stream.ts';

/** Duration of 22 periods of the tone, in seconds. */
const LENGTH_S = 0.05;

/** Lets a tool write a WAV to a pipe or a file: 0.05 s of a 440 Hz sine at half of full scale. */
function written(command: string, args: string[]): Uint8Array {
  const { stdout, status, stderr } = spawnSync(command, args, { maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(String(stderr));
  return new Uint8Array(stdout);
}

function expectSine(bytes: Uint8Array, sampleRate: number, channels: number): void {
  const wav = readWav(bytes);
  expect(wav.sampleRate).toBe(sampleRate);
  expect(wav.channels.length).toBe(channels);
  for (const samples of wav.channels) {
    expect(Math.abs(samples.length - LENGTH_S * sampleRate)).toBeLessThan(3);
    // The amplitude at 440 Hz, the only tone in the file, computed by projection.
    let [re, im, all] = [0, 0, 0];
    samples.forEach((x, i) => {
      re += x * Math.cos((2 * Math.PI * 440 * i) / sampleRate);
      im += x * Math.sin((2 * Math.PI * 440 * i) / sampleRate);
      all += x * x;
    });
    const amplitude = (2 * Math.hypot(re, im)) / samples.length;
    expect(Math.abs(amplitude - 0.5)).toBeLessThan(0.015);
    expect(Math.abs(Math.sqrt((2 * all) / samples.length) - 0.5)).toBeLessThan(0.015);
    expect(peakDbfs(samples)).toBeLessThan(-5.9);
  }
  const stream = new WavStream();
  const interleaved = stream.push(bytes);
  expect(interleaved.length).toBe(channels * (wav.channels[0]?.length ?? 0));
  const alike = wav.channels.every((samples, c) => samples.every((x, i) => interleaved[i * channels + c] === x));
  expect(alike).toBe(true);
}

const RATES = [8_000, 11_025, 16_000, 44_100, 48_000, 96_000, 192_000];

describeWithTool('a WAV that sox writes to a pipe', 'sox', () => {
  const sine = (rate: number, channels: number, format: readonly string[]) => {
    const tones = Array.from({ length: channels }, () => ['sine', '440']).flat();
    const synth = ['synth', `${LENGTH_S}`, ...tones, 'vol', '0.5'];
    return written('sox', ['-D', '-n', '-r', `${rate}`, '-c', `${channels}`, ...format, '-t', 'wav', '-', ...synth]);
  };
  const FORMATS = [
    ['-e', 'unsigned', '-b', '8'],
    ...['16', '24', '32'].map((b) => ['-e', 'signed', '-b', b]),
    ...['32', '64'].map((b) => ['-e', 'float', '-b', b]),
  ];
  test.each(FORMATS.map((format) => [format.join(' '), format] as const))(
    'is read with 1 to 8 channels and 8 to 192 kHz: %s',
    (_, format) => {
      RATES.forEach((rate, i) => expectSine(sine(rate, 1 + i, format), rate, 1 + i));
      expectSine(sine(16_000, 8, format), 16_000, 8);
    },
  );
});

describeWithTool('a WAV that ffmpeg writes to a pipe', 'ffmpeg', () => {
  test.each(['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le'])(
    'is read with 1 to 8 channels and 8 to 192 kHz: %s',
    (codec) => {
      RATES.forEach((rate, i) => {
        const channels = 8 - (i % 8);
        const sine = `aevalsrc=${Array.from({ length: channels }, () => '0.5*sin(2*PI*440*t)').join('|')}:s=${rate}:d=${LENGTH_S}`;
        const container = i % 2 === 0 ? [] : ['-rf64', 'always'];
        expectSine(
          written('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', sine, '-c:a', codec, ...container, '-f', 'wav', '-']),
          rate,
          channels,
        );
      });
    },
  );
});
