import * as animals from './appliances/animals.ts';
import type { Appliance } from './appliances/appliance.ts';
import * as kitchen from './appliances/kitchen.ts';
import * as machines from './appliances/machines.ts';
import * as signals from './appliances/signals.ts';
import * as streets from './appliances/streets.ts';
import * as tunes from './appliances/tunes.ts';
import { Dice } from './dice.ts';
import { drawSnrDb, streamOf } from './place.ts';
import type { ProvingSound } from './proving-sound.ts';
import type { Span } from './rhythm.ts';
import { at, meanSquare, RATE } from './tone.ts';

const APPLIANCES: Readonly<Record<string, Appliance>> = {
  ...kitchen,
  ...streets,
  ...signals,
  ...tunes,
  ...machines,
  ...animals,
};
export const APPLIANCE_KINDS = Object.keys(APPLIANCES);
/** Number of sounds. It is more than a hundred, with at least two of each kind. */
export const APPLIANCE_SOUNDS = 2 * APPLIANCE_KINDS.length;

const SOUNDING_S = 30;

/** An appliance, an animal, a siren or a tune for up to 30 s in a room: nothing that may be reported as an alarm. */
export function applianceSound(seed: number, index: number, leadS = 0): ProvingSound {
  const dice = new Dice('appliance', seed, index);
  const kind = APPLIANCE_KINDS[index % APPLIANCE_KINDS.length] as string;
  const dry = dryAppliance(dice, kind);
  const startS = leadS + dice.between(3, 7);
  const { noise, samples } = streamOf(dice, startS + SOUNDING_S + 10, [
    { startS, dry, spans: spansOf(dry), snrDb: drawSnrDb(dice) },
  ]);
  return {
    name: `${kind} ${index}`,
    kind,
    slices: { appliance: kind, noise },
    alarms: [],
    allowed: kind === 'lowBattery' ? ['low_battery_chirp'] : [],
    samples,
  };
}

export function dryAppliance(dice: Dice, kind: string): Float32Array {
  const dry = new Float32Array(at(SOUNDING_S));
  APPLIANCES[kind]?.(dice, dry, SOUNDING_S);
  return dry;
}

/** The spans whose level is within 20 dB of the loudest 20 ms. */
function spansOf(dry: Float32Array): Span[] {
  const step = at(0.02);
  const powers = Array.from({ length: Math.floor(dry.length / step) }, (_, n) =>
    meanSquare(dry, n * step, (n + 1) * step),
  );
  const least = Math.max(...powers) / 100;
  return powers.flatMap((power, n) =>
    power >= least ? [{ startS: (n * step) / RATE, endS: ((n + 1) * step) / RATE }] : [],
  );
}
