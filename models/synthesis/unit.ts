import type { Random } from './random.ts';
import { drawSounder, type Band, type Sounder } from './sounder.ts';
import { TIMBRES, type Timbre } from './timbre.ts';
import type { AlarmPattern } from './timing.ts';

const GROUPED_BANDS = { '3.1k': 0.45, '520': 0.15, any: 0.4 } as const;

/**
 * Weights of the timbres, like their shares among sold alarm units: most have bare discs, the others cones and buzzers.
 */
const TIMBRES_OF: Record<Band, Partial<Record<Timbre, number>>> = {
  '3.1k': { disc: 10, pure: 1, square: 1, rich: 1, am_buzz: 1, fm_warble: 1, swept: 1, two_tones: 1 },
  '520': { square: 10, rich: 5, pure: 1, am_buzz: 1, fm_warble: 1, swept: 1, two_tones: 1 },
  any: Object.fromEntries(TIMBRES.map((timbre) => [timbre, 1])),
};
/**
 * Weights of the timbres for alarms without a standard rhythm. Such an alarm can be recognised only by its sound, so
 * training uses every timbre often, although most sold units have bare discs.
 */
const TIMBRES_WITHOUT_RHYTHM: Partial<Record<Timbre, number>> = {
  ...TIMBRES_OF['3.1k'],
  disc: 3,
  fm_warble: 1.5,
  swept: 2,
  two_tones: 2.5,
};
const USUAL_TIMBRE: Record<Band, Timbre> = { '3.1k': 'disc', '520': 'square', any: 'pure' };

/**
 * Chooses the sound of one alarm unit at random. T3 and T4 are alarms at any pitch and in any timbre, because the
 * standards fix their rhythm. Steady, fast, sweeping and continuous alarms have the pitch of piezo discs, because at
 * lower pitches they would sound like lorries and telephones. If the caller gives a band but no timbre, the unit gets
 * the usual timbre of the band.
 */
export function drawUnit(random: Random, pattern: AlarmPattern, options: { band?: Band; timbre?: Timbre }): Sounder {
  const isGrouped = pattern === 't3' || pattern === 't4';
  const band = options.band ?? (isGrouped ? random.weighted(GROUPED_BANDS) : '3.1k');
  const timbres = isGrouped ? TIMBRES_OF[band] : TIMBRES_WITHOUT_RHYTHM;
  const timbre = options.timbre ?? (options.band ? USUAL_TIMBRE[band] : random.weighted(timbres));
  const sounder = drawSounder(random, band, timbre);
  const { toneHz } = sounder;
  // Patterns that sweep or warble change their pitch further and more slowly than a timbre does.
  if (pattern === 'sweep') return { ...sounder, shape: 'sweep', otherHz: toneHz * random.uniform(0.6, 0.9) };
  if (pattern === 'warble') {
    const otherHz = toneHz * random.uniform(0.78, 0.95);
    return { ...sounder, shape: 'warble', otherHz, cycleS: random.logUniform(0.08, 0.7) };
  }
  return sounder;
}
