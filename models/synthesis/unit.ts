import type { Random } from './random.ts';
import { drawSounder, type Band, type Sounder } from './sounder.ts';
import { TIMBRES, type Timbre } from './timbre.ts';
import type { AlarmPattern } from './timing.ts';

const GROUPED_BANDS = { '3.1k': 0.45, '520': 0.15, any: 0.4 } as const;

/** Weights of the timbres, as alarm units are sold: most have bare discs, the rest cones and buzzers. */
const TIMBRES_OF: Record<Band, Partial<Record<Timbre, number>>> = {
  '3.1k': { disc: 10, pure: 1, square: 1, rich: 1, am_buzz: 1, fm_warble: 1, swept: 1, two_tones: 1 },
  '520': { square: 10, rich: 5, pure: 1, am_buzz: 1, fm_warble: 1, swept: 1, two_tones: 1 },
  any: Object.fromEntries(TIMBRES.map((timbre) => [timbre, 1])),
};
/**
 * Alarms without a standard's rhythm can be recognised only by their sound. So the network meets every timbre of them
 * often, although most sold units have bare discs.
 */
const TIMBRES_WITHOUT_RHYTHM: Partial<Record<Timbre, number>> = {
  ...TIMBRES_OF['3.1k'],
  disc: 3,
  swept: 1.5,
  two_tones: 1.5,
};
const USUAL_TIMBRE: Record<Band, Timbre> = { '3.1k': 'disc', '520': 'square', any: 'pure' };

/**
 * Chooses the sound of one alarm unit at random. T3 and T4 are alarms at any pitch and in any timbre, because the
 * standards fix their rhythm. Steady, fast, sweeping and continuous alarms stay at the pitch of piezo discs: lower ones
 * sound like lorries and telephones. If the caller gives a band but no timbre, the alarm unit gets the band's usual
 * timbre.
 */
export function drawUnit(random: Random, pattern: AlarmPattern, options: { band?: Band; timbre?: Timbre }): Sounder {
  const isGrouped = pattern === 't3' || pattern === 't4';
  const band = options.band ?? (isGrouped ? random.weighted(GROUPED_BANDS) : '3.1k');
  const timbres = isGrouped ? TIMBRES_OF[band] : TIMBRES_WITHOUT_RHYTHM;
  const timbre = options.timbre ?? (options.band ? USUAL_TIMBRE[band] : random.weighted(timbres));
  const sounder = drawSounder(random, band, timbre);
  const { toneHz } = sounder;
  // Sweeping and warbling alarm units move further and more slowly than any timbre does.
  if (pattern === 'sweep') return { ...sounder, shape: 'sweep', otherHz: toneHz * random.uniform(0.6, 0.9) };
  if (pattern === 'warble') {
    const otherHz = toneHz * random.uniform(0.78, 0.95);
    return { ...sounder, shape: 'warble', otherHz, cycleS: random.logUniform(0.08, 0.7) };
  }
  return sounder;
}
