import { randomBytes } from 'node:crypto';
import { open, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { taughtFolder } from '@earshot/device/taught/taught-folder.ts';
import { joinSamples } from '@earshot/shared/audio/join-samples.ts';
import { LEAST_FOUND, taughtLabel, TaughtLabel } from '@earshot/shared/contracts/taught-sounds.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { wavSamples } from '../corpus/wav-samples.ts';
import { SoundBank } from './sound-bank.ts';
import { teach, type Example, type Taught } from './teach.ts';
import { readyWords } from './words.ts';

export interface TeachOptions {
  name: string;
  examples: string;
  check?: string;
  class: 'security' | 'upkeep';
  label?: string;
  home?: string;
  out?: string;
  release: string;
  bank: string;
  signal: AbortSignal;
}

export async function teachCommand(options: TeachOptions): Promise<string> {
  const { name, home, out, signal } = options;
  const label = options.label ?? taughtLabel(name, options.class, randomBytes(2).toString('hex'));
  if (!TaughtLabel.safeParse(label).success)
    throw new EarshotError('USAGE', `${label} is not the label of a taught sound.`);
  const release = await loadRelease(options.release);
  const taught = await teach({
    label,
    examples: await examplesIn(options.examples, signal),
    check: options.check === undefined ? null : await readExample(options.check, signal),
    release,
    bank: await SoundBank.read(options.bank, release.manifest.trunk.sha256),
    signal,
  });
  const { file } = taught;
  const isReady = file.figures.found >= LEAST_FOUND;
  if (out !== undefined) await writeFile(out, JSON.stringify(file));
  if (home !== undefined && isReady)
    await taughtFolder(home, 'here', ignoreBroken).write(label, Buffer.from(JSON.stringify(file)));
  return [`${name} (${label})`, ...outcome(taught, isReady)].join('\n');
}

function outcome({ file, checkFound }: Taught, isReady: boolean): string[] {
  const { figures, levels } = file;
  const levelLines = Object.entries(levels).map(
    ([level, { perDay, missRate }]) =>
      `  ${level}: found ${Math.round(100 * (1 - missRate))} % of unseen repeats, ${perDay.toFixed(2)} estimated false alerts a day`,
  );
  const check = checkFound === null ? [] : [`the check was ${checkFound ? 'found' : 'not found'}`];
  const verdict = isReady
    ? `ready: ${readyWords(figures)}`
    : `not ready: ${readyWords(figures)}. Record examples that stand out more from the room's noise.`;
  return [verdict, ...levelLines, ...check];
}

async function examplesIn(dir: string, signal: AbortSignal): Promise<Example[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    throw asEarshotError(error, 'USAGE', dir);
  });
  const files = names.filter((file) => /\.wave?$/i.test(file)).sort();
  return Promise.all(files.map((file) => readExample(join(dir, file), signal)));
}

async function readExample(path: string, signal: AbortSignal): Promise<Example> {
  const file = await open(path).catch((error: unknown) => {
    throw asEarshotError(error, 'AUDIO_UNREADABLE', path);
  });
  try {
    const parts: Float32Array[] = [];
    for await (const part of wavSamples(file, 0, signal)) parts.push(part);
    return { name: basename(path), samples: joinSamples(parts) };
  } finally {
    await file.close();
  }
}

/** Ignores broken files of other sounds, because this command does not read them. */
const ignoreBroken = (): void => undefined;
