import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { ChildSource } from './child-source.ts';
import { FileSource } from './file-source.ts';
import { openSource } from './open-source.ts';
import { missingTool } from './recorders.ts';
import type { AudioBlock, AudioSource } from './source.ts';
import { StreamSource } from './stream-source.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'earshot-sources-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const tone = (seconds: number) => Float32Array.from({ length: seconds * 16_000 }, (_, i) => Math.sin(i * 0.3) / 2);
const never = () => new AbortController().signal;

async function all(
  source: AudioSource,
  signal = never(),
): Promise<{ samples: number[]; blocks: Omit<AudioBlock, 'samples'>[] }> {
  const samples: number[] = [];
  const blocks = [];
  for await (const { samples: heard, atSample, gapBefore } of source.start(signal)) {
    for (const sample of heard) samples.push(sample);
    blocks.push({ atSample, gapBefore });
  }
  return { samples, blocks };
}

describe('FileSource', () => {
  test("returns a WAV file's samples with consecutive positions", async () => {
    writeFileSync(join(dir, 'a.wav'), writeWav(tone(1.1)));
    const { samples, blocks } = await all(new FileSource(join(dir, 'a.wav'), systemClock, true));
    expect(samples).toHaveLength(17_600);
    expect(blocks.map(({ atSample }) => atSample)).toEqual([0, 4_000, 8_000, 12_000, 16_000]);
  });

  test('plays a file in real time unless the option "fast" is set', async () => {
    writeFileSync(join(dir, 'a.wav'), writeWav(tone(2)));
    const clock = new FakeClock();
    const startMs = clock.nowMs();
    const heardAtMs: number[] = [];
    const playing = (async () => {
      for await (const _ of new FileSource(join(dir, 'a.wav'), clock, false).start(never()))
        heardAtMs.push(clock.nowMs() - startMs);
    })();
    for (let i = 0; i < 60 && heardAtMs.length < 8; i++) {
      await systemClock.sleep(20);
      await clock.advance(50);
    }
    await playing;
    for (const [i, ms] of heardAtMs.entries()) expect(ms).toBeGreaterThanOrEqual((i + 1) * 250);
  });

  test('reads other formats than WAV through ffmpeg', async () => {
    writeFileSync(join(dir, 'a.wav'), writeWav(tone(1)));
    execFileSync('ffmpeg', ['-loglevel', 'error', '-i', join(dir, 'a.wav'), '-ar', '44100', join(dir, 'a.flac')]);
    const { samples } = await all(new FileSource(join(dir, 'a.flac'), systemClock, true));
    expect(Math.abs(samples.length - 16_000)).toBeLessThan(50);
    expect(Math.max(...samples)).toBeCloseTo(0.5, 1);
  });

  test.each([
    ['does not exist', 'none.wav', null, 'FILE_MISSING'],
    ['is empty', 'empty.wav', '', 'AUDIO_EMPTY'],
    ['is cut off in its header', 'cut.wav', 'RIFF1234WAVE', 'AUDIO_UNREADABLE'],
    ['is not audio', 'text.mp3', 'once upon a time', 'AUDIO_UNREADABLE'],
  ])('reports a file that %s in one error, with the name of the file', async (_, name, content, code) => {
    if (content !== null) writeFileSync(join(dir, name), content);
    await expect(all(new FileSource(join(dir, name), systemClock, true))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(name),
    });
  });

  test('plays a cut-off recording to its end, and then reports that it is cut off', async () => {
    const path = join(dir, 'half.wav');
    writeFileSync(path, writeWav(tone(2)).subarray(0, 44 + 32_000));
    const source = new FileSource(path, systemClock, true);
    const { samples } = await all(source);
    expect(samples.length).toBe(16_000);
    expect(source.cutOff).toMatchObject({
      code: 'AUDIO_CUT_OFF',
      detail: `${path}: Its header announces 2.00 s, but the file ends after 1.00 s.`,
    });
  });

  test('reports an error of ffmpeg with its reason on one line, and the path only once', async () => {
    const path = join(dir, 'text.mp3');
    writeFileSync(path, 'once upon a time');
    await expect(all(new FileSource(path, systemClock, true))).rejects.toMatchObject({
      detail: expect.stringMatching(/^\S+text\.mp3: ffmpeg says "[^"\n]+"$/),
    });
  });
});

describe('StreamSource', () => {
  test('reports a pipe that ends without a sample as an error, like an empty file', async () => {
    const empty = new StreamSource('stdin', Readable.from([]), { rate: 16_000, channels: 1 }, false);
    await expect(all(empty)).rejects.toMatchObject({ code: 'AUDIO_EMPTY', detail: 'stdin.' });
  });

  test('converts 48 kHz stereo in chunks of odd sizes to 16 kHz mono', async () => {
    const bytes = Buffer.alloc(48_000 * 4);
    for (let i = 0; i < 48_000; i++)
      for (const c of [0, 2]) bytes.writeInt16LE(Math.round(8_000 * Math.sin(i * 0.1)), i * 4 + c);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 997) }, (_, i) =>
      bytes.subarray(i * 997, (i + 1) * 997),
    );
    const { samples } = await all(
      new StreamSource('stdin', Readable.from(pieces), { rate: 48_000, channels: 2 }, false),
    );
    expect(samples).toHaveLength(16_000);
    expect(Math.max(...samples.slice(500, -500))).toBeCloseTo(8_000 / 32_768, 2);
  });

  test('stops at once when the signal aborts, while the pipe is still open', async () => {
    const stop = new AbortController();
    const pipe = new PassThrough();
    pipe.write(Buffer.alloc(8_000));
    const reading = all(new StreamSource('stdin', pipe, { rate: 16_000, channels: 1 }, true), stop.signal);
    await systemClock.sleep(20);
    stop.abort();
    expect((await reading).samples).toHaveLength(4_000);
  });
});

describe('ChildSource', () => {
  const recorder = (script: string) => {
    const program = join(dir, 'recorder');
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    return { program, args: [], format: { rate: 16_000, channels: 1 } };
  };

  test('restarts a recorder that ended, and counts the lost time as a gap', async () => {
    const source = new ChildSource('mic', recorder('head -c 32000 /dev/zero'), systemClock);
    const stop = new AbortController();
    const blocks: (Omit<AudioBlock, 'samples'> & { length: number })[] = [];
    const troubles: (string | null)[] = [];
    for await (const { samples, atSample, gapBefore } of source.start(stop.signal)) {
      blocks.push({ atSample, gapBefore, length: samples.length });
      troubles.push(source.trouble);
      if (blocks.reduce((sum, { length }) => sum + length, 0) >= 48_000) stop.abort();
    }
    const gaps = blocks.filter(({ gapBefore }) => gapBefore > 0);
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    for (const [i, { atSample, gapBefore }] of blocks.entries()) {
      const last = blocks[i - 1];
      if (last) expect(atSample).toBe(last.atSample + last.length + gapBefore);
    }
    expect(troubles.every((trouble) => trouble === null)).toBe(true);
    expect(gaps.length).toBeLessThanOrEqual(2);
  });

  test("reports a recorder that can't open its device as unplugged, with the recorder's own message", async () => {
    const source = new ChildSource('mic', recorder('echo "audio open error: No such device" >&2; exit 1'), systemClock);
    const stop = new AbortController();
    const listening = all(source, stop.signal);
    for (let i = 0; i < 200 && !source.complaint; i++) await systemClock.sleep(10);
    for (let i = 0; i < 200 && !source.trouble; i++) await systemClock.sleep(10);
    expect([source.trouble, source.complaint]).toEqual(['unplugged', 'audio open error: No such device']);
    stop.abort();
    expect((await listening).samples).toHaveLength(0);
  });

  test("leaves a camera's password out of the recorder's message", async () => {
    const script = 'echo "rtsp://admin:p@ss@10.0.0.7/live?pwd=secret: Connection refused" >&2; exit 1';
    const source = new ChildSource('rtsp://10.0.0.7/live', recorder(script), systemClock);
    const stop = new AbortController();
    const listening = all(source, stop.signal);
    for (let i = 0; i < 200 && !source.complaint; i++) await systemClock.sleep(10);
    expect(source.complaint).toBe('rtsp://10.0.0.7/live Connection refused');
    stop.abort();
    await listening;
  });

  test('kills a recorder that ignores SIGTERM when the source stops', async () => {
    const script = "trap '' TERM; while :; do head -c 8000 /dev/zero; sleep 0.1; done";
    const source = new ChildSource('mic', recorder(script), systemClock);
    const stop = new AbortController();
    for await (const _ of source.start(stop.signal)) stop.abort();
  });

  test('kills and restarts a recorder that runs without sending sound', async () => {
    const clock = new FakeClock();
    const source = new ChildSource('mic', recorder(`echo started >> ${join(dir, 'starts')}; exec sleep 60`), clock);
    const stop = new AbortController();
    const listening = all(source, stop.signal);
    const starts = () => {
      try {
        return readFileSync(join(dir, 'starts'), 'utf8').split('\n').length - 1;
      } catch {
        return 0;
      }
    };
    for (let i = 0; i < 200 && starts() < 3; i++) {
      await systemClock.sleep(20);
      await clock.advance(500);
    }
    expect(starts()).toBeGreaterThanOrEqual(3);
    expect(source.trouble).toBe('silent_child');
    stop.abort();
    await listening;
  });

  test('reports a program that is not installed as an error instead of retrying for ever', async () => {
    const source = new ChildSource(
      'mic',
      { program: 'no-such-recorder', args: [], format: { rate: 16_000, channels: 1 } },
      systemClock,
    );
    await expect(all(source)).rejects.toMatchObject({ code: 'AUDIO_TOOL_MISSING' });
  });

  test.each([
    ['arecord', true],
    ['ffmpeg', false],
  ])('a missing %s is reported with the hint to listen to a recording instead: %j', (program, hint) => {
    expect(missingTool(program).detail.includes('`--listen FILE`')).toBe(hint);
  });
});

describe('openSource', () => {
  const options = { clock: systemClock, fast: false, stdin: new PassThrough(), format: { rate: 16_000, channels: 1 } };

  test.each([
    ['rtsp://admin:secret@10.0.0.7/stream', 'rtsp://10.0.0.7/stream'],
    ['rtsp://admin:p@ss@10.0.0.7:554/stream', 'rtsp://10.0.0.7:554/stream'],
    ['http://10.0.0.7/video?user=admin&pwd=secret', 'http://10.0.0.7/video'],
  ])("leaves a camera's password out of the source's name: %s", (listen, name) => {
    expect(openSource(listen, options).name).toBe(name);
  });

  test("leaves a camera's password out of the error when the protocol is mistyped", () => {
    const open = () => openSource('rstp://admin:secret@10.0.0.7/stream', options);
    expect(open).toThrow('rstp://10.0.0.7/stream');
    expect(open).not.toThrow('secret');
  });

  test('refuses a value that names no source, and repeats the value in the error', () => {
    expect(() => openSource(dir, options)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => openSource('microfone', options)).toThrow(
      'The file or folder does not exist. microfone; a source is a file, mic,',
    );
  });

  test.each([
    ['mic', true],
    ['alsa:hw:1', true],
    ['pulse:', true],
    ['pipewire:', true],
    ['-', true],
  ])('opens %s as a live source: %s', (listen, live) => {
    expect(openSource(listen, options).live).toBe(live);
  });
});
