import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithTool } from '@earshot/shared/testing/describe-with-tool.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { measureHz } from '../synthesis/testing/measure.ts';
import { loadAudio, loadWav, streamAudio } from './audio-file.ts';
import { sniffFormat } from './sniff.ts';

const tone = Float32Array.from({ length: 24_000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 1_000 * i) / 16_000));
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const formats: [string, string[]][] = [
  ['flac', []],
  ['opus', ['-c:a', 'libopus']],
  ['ogg', ['-c:a', 'libvorbis']],
  ['mp3', []],
  ['m4a', []],
  ['aiff', ['-ar', '44100', '-ac', '1']],
];
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-audio-'));
  await writeFile(at('tone.wav'), writeWav(tone));
  if (hasFfmpeg)
    for (const [name, how] of formats)
      spawnSync('ffmpeg', ['-v', 'error', '-i', at('tone.wav'), ...how, at(`tone.${name}`)]);
});

/** Expects the tone, with the small changes that a lossy codec may cause. Ignores the start and the end of the file. */
function expectTone(samples: Float32Array): void {
  expect(samples.length / 16_000).toBeGreaterThan(1.45);
  expect(samples.length / 16_000).toBeLessThan(1.6);
  const middle = samples.subarray(4_000, 20_000);
  expect(measureHz(middle)).toBeCloseTo(1_000, 0);
  expect(Math.sqrt(middle.reduce((sum, x) => sum + x * x, 0) / middle.length)).toBeCloseTo(0.5 / Math.SQRT2, 1);
}

describe('recordings of any format are converted to 16 kHz mono', () => {
  test('wav', async () => expectTone(await loadAudio(at('tone.wav'))));

  describeWithTool('with files that ffmpeg wrote', 'ffmpeg', () => {
    test.each(formats)('%s', async (name) => expectTone(await loadAudio(at(`tone.${name}`))));
  });

  test('a format is recognised by its bytes, whatever the file name', async () => {
    await writeFile(at('called.mp3'), await readFile(at('tone.wav')));
    expectTone(await loadAudio(at('called.mp3')));
  });

  test('a WAV file in memory gives the same samples as a file, and is refused when it is cut off', async () => {
    // 20 s at 22.05 kHz: several reads, and a rate that must be converted.
    const wav = writeWav(
      new Float32Array(20 * 22_050).map((_, i) => Math.sin(i / 50) / 2),
      { sampleRate: 22_050 },
    );
    await writeFile(at('memory.wav'), wav);
    const { signal } = new AbortController();
    expect(await loadWav(wav, signal)).toEqual(await loadAudio(at('memory.wav')));
    await expect(loadWav(wav.subarray(0, 400_000), signal)).rejects.toMatchObject({ code: 'AUDIO_CUT_OFF' });
  });

  test('a recording of one minute is read in pieces, not at once', async () => {
    await writeFile(at('long.wav'), writeWav(new Float32Array(60 * 16_000).fill(0.1)));
    let pieces = 0;
    let longest = 0;
    for await (const piece of streamAudio(at('long.wav'))) {
      pieces++;
      longest = Math.max(longest, piece.length);
    }
    expect(pieces).toBeGreaterThan(5);
    expect(longest).toBeLessThan(10 * 16_000);
  });
});

describe('reading can start at any second of a recording', () => {
  const ramp = (seconds: number, rate: number) =>
    Float32Array.from({ length: seconds * rate }, (_, i) => Math.round((i / (seconds * rate)) * 30_000) / 32_768);
  async function from(name: string, fromS: number): Promise<Float32Array> {
    const pieces: Float32Array[] = [];
    for await (const piece of streamAudio(at(name), { fromS })) pieces.push(piece);
    return new Float32Array(
      new Uint8Array(
        Buffer.concat(
          pieces.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
        ),
      ).buffer,
    );
  }
  const furthestApart = (a: Float32Array, b: Float32Array): number =>
    a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), a.length === b.length ? 0 : Infinity);

  test('reading 16 kHz WAV from a later second gives exactly the samples from that second on', async () => {
    await writeFile(at('ramp.wav'), writeWav(ramp(20, 16_000)));
    const whole = await loadAudio(at('ramp.wav'));
    expect(furthestApart(await from('ramp.wav', 13), whole.subarray(13 * 16_000))).toBe(0);
  });

  test('reading stereo at 44.1 kHz from a later second gives the same samples, except at the start of the resampling filter', async () => {
    const one = ramp(6, 44_100);
    await writeFile(at('stereo.wav'), writeWav([one, one], { sampleRate: 44_100 }));
    const [late, whole] = [await from('stereo.wav', 4), (await loadAudio(at('stereo.wav'))).subarray(4 * 16_000)];
    expect(furthestApart(late.subarray(200), whole.subarray(200))).toBeLessThan(1e-6);
  });

  describeWithTool('with files that ffmpeg wrote', 'ffmpeg', () => {
    test('reading a compressed file from a later second decodes it from its start and reports the CPU time of decoding', async () => {
      spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', at('ramp.wav'), at('ramp.flac')]);
      const whole = await loadAudio(at('ramp.flac'));
      expect(furthestApart(await from('ramp.flac', 13), whole.subarray(13 * 16_000))).toBe(0);
      let decodeMs = 0;
      const stream = streamAudio(at('ramp.flac'), { onDecoded: (cpuMs) => (decodeMs += cpuMs) });
      let samples = 0;
      for await (const piece of stream) samples += piece.length;
      expect(samples).toBe(20 * 16_000);
      expect(decodeMs).toBeGreaterThan(0);
    });
  });
});

describe('the error for an unusable file contains the name of the file and a code for the cause', () => {
  const cases: [string, Uint8Array, string][] = [
    ['empty.wav', new Uint8Array(0), 'AUDIO_EMPTY'],
    ['header only.wav', writeWav(new Float32Array(0)), 'AUDIO_EMPTY'],
    [
      'random bytes.opus',
      Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7_919) % 251),
      hasFfmpeg ? 'AUDIO_UNREADABLE' : 'AUDIO_TOOL_MISSING',
    ],
  ];
  test.each(cases)('%s', async (name, bytes, code) => {
    await writeFile(at(name), bytes);
    await expect(loadAudio(at(name))).rejects.toMatchObject({
      name: 'EarshotError',
      code,
      message: expect.stringContaining(name),
    });
  });

  test('a file that does not exist', async () => {
    await expect(loadAudio(at('nowhere.wav'))).rejects.toMatchObject({
      code: 'FILE_MISSING',
      detail: at('nowhere.wav'),
    });
  });

  describeWithTool('with files that ffmpeg wrote', 'ffmpeg', () => {
    test('a file with a damaged frame in the middle is refused', async () => {
      const bytes = new Uint8Array(await readFile(at('tone.opus')));
      bytes.fill(0xa5, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 400);
      await writeFile(at('damaged.opus'), bytes);
      await expect(loadAudio(at('damaged.opus'))).rejects.toMatchObject({ name: 'EarshotError' });
    });
  });

  test('reading stops when the signal aborts', async () => {
    await expect(loadAudio(at('tone.wav'), AbortSignal.abort())).rejects.toThrow(/abort/);
  });
});

test('formats are recognised by their first bytes', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(sniffFormat(bytes('fLaC0000'))).toBe('flac');
  expect(sniffFormat(bytes('RIFF0000WAVEfmt '))).toBe('wav');
  expect(sniffFormat(bytes('ID3000'))).toBe('mp3');
  expect(sniffFormat(Uint8Array.of(0xff, 0xfb, 0x90, 0))).toBe('mp3');
  // AAC in ADTS frames begins with the same sync bits as MP3, but its layer bits are 0.
  expect(sniffFormat(Uint8Array.of(0xff, 0xf1, 0x50, 0x80))).toBe('other');
});
