import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { taughtFolder } from '@earshot/device/taught/taught-folder.ts';
import { LEAST_FOUND, taughtLabel, TaughtLabel } from '@earshot/shared/contracts/taught-sounds.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { makeOutputFolder } from '@earshot/shared/output-folder.ts';
import { loadAudio } from '../corpus/audio-file.ts';
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
  /** Prints what is done, a line at a time. */
  say: (line: string) => void;
  signal: AbortSignal;
}

export async function teachCommand(options: TeachOptions): Promise<string> {
  const { name, home, out, say, signal } = options;
  const label = options.label ?? taughtLabel(name, options.class, randomBytes(2).toString('hex'));
  if (!TaughtLabel.safeParse(label).success)
    throw new EarshotError('USAGE', `${label} is not the label of a taught sound.`);
  if (home === undefined && out === undefined) say(`Only a trial: the result is not saved. ${HOW_TO_SAVE}`);
  const examples = await examplesIn(options.examples, signal);
  const check = options.check === undefined ? null : await readExample(options.check, signal);
  if (out !== undefined) await checkOutputFile(resolve(out));
  // Otherwise a mistyped folder would get the sound, and no device would listen for it.
  if (home !== undefined && !existsSync(home))
    throw new EarshotError('USAGE', `The folder ${home} does not exist. Give the EARSHOT_HOME of a device.`);
  if (home !== undefined) await makeOutputFolder('--home', home);
  say(`${examples.length} recordings: ${examples.map((example) => example.name).join(', ')}`);
  const release = await loadRelease(options.release);
  const bank = await SoundBank.read(options.bank, release.manifest.trunk.sha256);
  const taught = await teach({ label, examples, check, release, bank, onProgress: say, signal });
  const { file } = taught;
  const isReady = file.figures.found >= LEAST_FOUND;
  if (out !== undefined) await writeFile(out, JSON.stringify(file));
  if (home !== undefined && isReady)
    await taughtFolder(home, 'here', ignoreBroken).write(label, Buffer.from(JSON.stringify(file)));
  return [`${name} (${label})`, ...outcome(taught, isReady), ...saved(options, isReady)].join('\n');
}

const HOW_TO_SAVE = 'Give --home EARSHOT_HOME to use it on the device, or --out FILE to keep it.';

/** Throws when the file cannot be written. This check comes before the training, which takes half a minute or longer. */
async function checkOutputFile(path: string): Promise<void> {
  const folder = dirname(path);
  if (!existsSync(folder)) throw new EarshotError('USAGE', `The folder ${folder} does not exist. Create it first.`);
  if (existsSync(path) && statSync(path).isDirectory())
    throw new EarshotError('USAGE', `${path} is a folder. Give the name of a file.`);
  await makeOutputFolder('--out', folder);
}

/** Says where the result was saved, or that it was not saved; otherwise a user might believe that it was. */
function saved({ home, out }: TeachOptions, isReady: boolean): string[] {
  if (home === undefined && out === undefined) return [`not saved. ${HOW_TO_SAVE}`];
  const lines: string[] = [];
  if (home !== undefined && isReady)
    lines.push(`saved in ${home}: the device that uses this folder listens for the sound after its next start`);
  if (out !== undefined) lines.push(`saved in ${out}`);
  return lines;
}

function outcome({ file, checkFound }: Taught, isReady: boolean): string[] {
  const { figures, levels } = file;
  const levelLines = Object.entries(levels).map(
    ([level, { perDay, missRate }]) =>
      `  ${level}: found ${Math.round(100 * (1 - missRate))} % of unseen repeats, ${perDay.toFixed(2)} estimated false alerts a day`,
  );
  const check = checkFound === null ? [] : [`the check recording was ${checkFound ? 'recognised' : 'not recognised'}`];
  const verdict = isReady
    ? `ready: ${readyWords(figures)}`
    : `not ready: ${readyWords(figures)}. Record examples that stand out more from the room's noise.`;
  return [verdict, ...levelLines, ...check];
}

async function examplesIn(dir: string, signal: AbortSignal): Promise<Example[]> {
  if (!existsSync(dir)) throw new EarshotError('FILE_MISSING', dir);
  const names = await readdir(dir).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOTDIR'
      ? new EarshotError('USAGE', `${dir} is a file. Give the folder that contains the recordings.`)
      : asEarshotError(error, 'USAGE', dir);
  });
  const files = names.filter((file) => /\.wave?$/i.test(file)).sort();
  if (files.length === 0) throw new EarshotError('TEACH_EXAMPLES', `The folder ${dir} contains no WAV files.`);
  return Promise.all(files.map((file) => readExample(join(dir, file), signal)));
}

async function readExample(path: string, signal: AbortSignal): Promise<Example> {
  if (!existsSync(path)) throw new EarshotError('FILE_MISSING', path);
  // Refuse a file that is cut off: the part that it contains would teach a different sound.
  const refuse = (error: EarshotError): never => {
    throw error;
  };
  return { name: basename(path), samples: await loadAudio(path, signal, refuse) };
}

/** Ignores broken files of other sounds, because this command does not read them. */
const ignoreBroken = (): void => undefined;
