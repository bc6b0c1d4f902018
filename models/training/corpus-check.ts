import { join } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';
import { mapLabel } from '../corpus/label-map.ts';
import { readManifest } from '../corpus/manifest.ts';
import { requireHeldBack } from '../scenes/require-held-back.ts';
import type { SceneMaker } from '../scenes/scene-maker.ts';
import { shelve } from '../scenes/sound-shelf.ts';
import { ADDED_LABELS, TRUNK_LABELS } from './data/targets.ts';

/** Alarms are defined by standards and can be synthesised; footsteps, doors, dogs and babies must be recorded. */
const SYNTHESISED = new Set(['smoke_alarm', 'co_alarm', 'low_battery_chirp', 'glass_break']);

export interface Trainable {
  trunk: string[];
  added: string[];
}

/**
 * Reports every file that cannot be used, once, with its reason. Then stops, before anything is rendered, if a class of
 * the manifest has lost all of its files, there are no confusers, or too few recordings are held back for the calibration.
 * With `mayLack`, labels without sounds get no head.
 */
export async function checkCorpus(
  corpus: string,
  maker: SceneMaker,
  say: (line: string) => void,
  { mayLack, seed }: { mayLack: boolean; seed: number },
): Promise<Trainable> {
  for (const { file, line, reason } of maker.problems)
    say(`left out: ${file}${line === undefined ? '' : ` (manifest line ${line})`}: ${reason}`);
  const { shelf } = maker.world;
  const usable = new Set(shelf.library.sounds.map(({ label }) => label));
  for (const label of usable)
    if (!mayLack && !mapLabel(label).known)
      say(`label ${label} is not in the label map: its recordings count as sounds in which nothing may be detected`);
  const { rows } = await readManifest(join(corpus, 'manifest.csv'));
  const lost = [...new Set(rows.filter(({ split }) => split === 'train').map(({ label }) => label))].filter(
    (label) => !usable.has(label),
  );
  if (lost.length > 0)
    throw new EarshotError(
      'CORPUS_EMPTY',
      `${corpus} has no usable file for ${lost.join(', ')}: repair the files that are listed above.`,
      {
        details: maker.problems,
      },
    );
  if (shelf.confusers.labels.length === 0)
    throw new EarshotError(
      'CORPUS_EMPTY',
      `${corpus} contains only sounds to detect. Add other sounds, so that the network can learn the difference.`,
    );
  if (shelf.backgrounds.labels.length === 0)
    throw new EarshotError(
      'CORPUS_EMPTY',
      `${corpus} contains no background of three seconds or more. Add some, with labels such as background_room, rain or fan_aircon.`,
    );
  const has = (label: string): boolean =>
    SYNTHESISED.has(label) || [...usable].some((own) => mapLabel(own).positive === label);
  const lacking = [...TRUNK_LABELS, ...ADDED_LABELS].filter((label) => !has(label));
  if (lacking.length > 0 && !mayLack)
    throw new EarshotError(
      'CORPUS_EMPTY',
      `${corpus} contains no sound of ${lacking.join(', ')}. Add recordings, because these sounds cannot be synthesised.`,
    );
  requireHeldBack(corpus, shelve(shelf.library, 'calibrate', seed), 'scenes');
  return { trunk: TRUNK_LABELS.filter(has), added: ADDED_LABELS.filter(has) };
}
