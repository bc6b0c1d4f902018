import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease, type Release } from '@earshot/device/releases/release.ts';
import { taughtFolder } from '@earshot/device/taught/taught-folder.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { doorbell, recordingOf } from '@earshot/shared/testing/doorbell.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import { SoundBank } from './sound-bank.ts';
import { teachCommand, type TeachOptions } from './teach-command.ts';
import { writeSmallBank } from './testing/small-bank.ts';
import { TrunkReader } from './trunk-reader.ts';

const RELEASE = fileURLToPath(new URL('../release', import.meta.url));
const EARSHOT = fileURLToPath(new URL('../../cli/earshot.js', import.meta.url));

let dir: string;
let release: Release;
const path = (...names: string[]) => join(dir, ...names);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-teach-'));
  release = await loadRelease(RELEASE);
  const trunk = await TrunkReader.open(release);
  mkdirSync(path('bank'));
  await writeSmallBank(trunk, path('bank'));
  await trunk.close();
  for (const folder of ['examples', 'silent', 'home']) mkdirSync(path(folder));
  for (let n = 1; n <= 5; n++) {
    writeFileSync(path('examples', `${n}.wav`), writeWav(recordingOf(doorbell(), n)));
    writeFileSync(
      path('silent', `${n}.wav`),
      writeWav(n === 3 ? whiteNoise(96_000, 0.001, n) : recordingOf(doorbell(), n)),
    );
  }
  writeFileSync(path('check.wav'), writeWav(recordingOf(doorbell(), 6)));
});
afterAll(() => rmSync(dir, { recursive: true }));

const run = (options: Partial<TeachOptions>): Promise<string> =>
  teachCommand({
    name: 'Doorbell',
    examples: path('examples'),
    class: 'security',
    release: RELEASE,
    bank: path('bank'),
    say: () => undefined,
    signal: new AbortController().signal,
    ...options,
  });

/** Labels that the device's detector reports with these taught sounds. */
async function reported(samples: Float32Array): Promise<string[]> {
  const kept = await taughtFolder(path('home'), 'here', (error) => {
    throw error;
  }).read();
  const network = await Network.load(
    release,
    kept.map(({ sound }) => sound),
  );
  const detector = new Detector(network, { settings: listenToAll(network.labels, 'medium') });
  const detections = [...(await detector.push(samples)), ...(await detector.finish())];
  await network.close();
  return detections.flatMap((one) => (one.type === 'candidate' ? [one.label] : []));
}

describe('earshot teach', () => {
  test('teaches a doorbell from five examples; the device then detects it in a new recording', async () => {
    const label = 'taught_security_doorbell_0001';
    // Runs the command as a person does, in a process of its own.
    const given = ['teach', 'Doorbell', '--label', label, '--examples', path('examples'), '--check', path('check.wav')];
    const where = ['--bank', path('bank'), '--home', path('home'), '--out', path('taught.json')];
    const { stdout: printed } = await promisify(execFile)(process.execPath, [EARSHOT, ...given, ...where]);
    const steps = Array.from({ length: 6 }, (_, n) =>
      expect.stringMatching(
        n === 0 ? /^training 1 of 6$/ : new RegExp(`^training ${n + 1} of 6, about \\d+ \\S+ left$`),
      ),
    );
    const before = [
      '5 recordings: 1.wav, 2.wav, 3.wav, 4.wav, 5.wav',
      'rendering the recordings in other rooms and noises',
    ];
    expect(printed.split('\n').slice(1, 9)).toEqual([...before, ...steps]);
    expect(printed).toContain(
      `saved in ${path('home')}: the device that uses this folder listens for the sound after its next start`,
    );
    expect(printed).toMatch(/^ready: finds about \d+ of 10, /m);
    expect(printed).toContain('the check recording was recognised');
    const file = TaughtSoundFile.parse(JSON.parse(readFileSync(path('taught.json'), 'utf8')));
    expect(file).toMatchObject({ label, trunkSha256: release.manifest.trunk.sha256 });
    expect(file.figures.mistakesPerDay).toBeLessThanOrEqual(0.2001);
    expect(await reported(recordingOf(doorbell(), 7, { gain: 0.3 }))).toContain(label);
    expect(await reported(whiteNoise(16_000 * 8, 0.05, 8))).not.toContain(label);
  }, 600_000);

  test('the error names the recording in which no sound stands out from the noise', async () => {
    await expect(run({ examples: path('silent') })).rejects.toThrow(
      "No sound stands out from the room's noise in 3.wav.",
    );
  });

  test('the error names the recordings that contain only silence, and the likely cause', async () => {
    mkdirSync(path('muted'));
    for (const n of [1, 2]) writeFileSync(path('muted', `${n}.wav`), writeWav(new Float32Array(96_000)));
    writeFileSync(path('muted', '3.wav'), writeWav(whiteNoise(96_000, 0.001, 3)));
    await expect(run({ examples: path('muted') })).rejects.toMatchObject({
      code: 'TEACH_EXAMPLES',
      detail:
        "Only silence was recorded in 1.wav, 2.wav: is the microphone muted? No sound stands out from the room's noise in 3.wav.",
    });
  });

  test('refuses a check recording that contains no sound, before the training starts', async () => {
    writeFileSync(path('quiet.wav'), writeWav(whiteNoise(96_000, 0.001, 6)));
    const said: string[] = [];
    await expect(run({ check: path('quiet.wav'), say: (line) => void said.push(line) })).rejects.toMatchObject({
      code: 'TEACH_EXAMPLES',
      detail: "No sound stands out from the room's noise in quiet.wav.",
    });
    expect(said.join()).not.toContain('training');
  });

  test('a missing path is reported as FILE_MISSING, and a file in place of the folder as a wrong option (USAGE)', async () => {
    await expect(run({ examples: path('missing') })).rejects.toMatchObject({
      code: 'FILE_MISSING',
      detail: path('missing'),
    });
    await expect(run({ examples: path('check.wav') })).rejects.toMatchObject({
      code: 'USAGE',
      detail: `${path('check.wav')} is a file. Give the folder that contains the recordings.`,
    });
    await expect(run({ check: path('missing.wav') })).rejects.toMatchObject({
      code: 'FILE_MISSING',
      detail: path('missing.wav'),
    });
  });

  test('the error names the recording that is broken', async () => {
    mkdirSync(path('broken'));
    for (let n = 1; n <= 5; n++) writeFileSync(path('broken', `${n}.wav`), writeWav(recordingOf(doorbell(), n)));
    writeFileSync(path('broken', '4.wav'), Buffer.from('RIFF\u0004\0\0\0WAVE'));
    await expect(run({ examples: path('broken') })).rejects.toThrow(path('broken', '4.wav'));
  });

  test('refuses a recording that is cut off', async () => {
    mkdirSync(path('cut'));
    const whole = writeWav(recordingOf(doorbell(), 1));
    for (let n = 1; n <= 5; n++) writeFileSync(path('cut', `${n}.wav`), n < 5 ? whole : whole.subarray(0, 40_000));
    await expect(run({ examples: path('cut') })).rejects.toMatchObject({
      code: 'AUDIO_CUT_OFF',
      detail: expect.stringContaining('5.wav'),
    });
  });

  test('the error names a folder that contains no WAV files', async () => {
    await expect(run({ examples: path('bank') })).rejects.toThrow(`The folder ${path('bank')} contains no WAV files.`);
  });

  test('refuses a --home folder that does not exist, before the training starts', async () => {
    await expect(run({ home: path('nowhere') })).rejects.toThrow(
      `The folder ${path('nowhere')} does not exist. Give the EARSHOT_HOME of a device.`,
    );
  });

  test('refuses an --out file in a folder that does not exist, before the training starts', async () => {
    await expect(run({ out: path('nowhere', 'taught.json') })).rejects.toThrow(
      `The folder ${path('nowhere')} does not exist. Create it first.`,
    );
  });

  test('without --home and --out, says before the training starts that the result is not saved', async () => {
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    await expect(run({ examples: path('missing'), say })).rejects.toThrow('does not exist');
    expect(said).toEqual([expect.stringMatching(/^Only a trial: the result is not saved\. Give --home EARSHOT_HOME/)]);
    await expect(run({ examples: path('missing'), out: path('taught.json'), say })).rejects.toThrow('does not exist');
    expect(said).toHaveLength(1);
  });

  test('refuses an --out file or a --home folder that cannot be written, before the training starts', async () => {
    await expect(run({ out: path('bank') })).rejects.toThrow('is a folder. Give the name of a file.');
    await expect(run({ home: path('check.wav') })).rejects.toThrow(/--home is .*check\.wav, which is a file/);
  });

  test('refuses fewer than five examples', async () => {
    mkdirSync(path('one'));
    writeFileSync(path('one', '1.wav'), writeWav(recordingOf(doorbell(), 1)));
    await expect(run({ examples: path('one') })).rejects.toMatchObject({ code: 'TEACH_EXAMPLES' });
  });

  test('refuses a bank that is damaged or was made with another trunk', async () => {
    const index = readFileSync(path('bank', 'bank.json'), 'utf8');
    await expect(SoundBank.read(path('bank'), '0'.repeat(64))).rejects.toThrow('another trunk');
    mkdirSync(path('damaged'));
    writeFileSync(path('damaged', 'bank.json'), index);
    const values = readFileSync(path('bank', 'bank.i8'));
    values[100] = (values[100] as number) ^ 1;
    writeFileSync(path('damaged', 'bank.i8'), values);
    await expect(run({ bank: path('damaged') })).rejects.toThrow('damaged');
  });
});
