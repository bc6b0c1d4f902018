import { z } from 'zod';
import { TAUGHT } from '../labels.ts';
import { Label, Sha256 } from './common.ts';
import { LabelDecision, Levels } from './release.ts';

export const TaughtLabel = Label.regex(TAUGHT);

/** What was measured at medium sensitivity when a sound was taught. */
export const TaughtFigures = z.object({
  /** Share of the test copies of the examples (in other rooms, at other levels) that were detected. */
  found: z.number().min(0).max(1),
  /** Estimated number of false alerts a day, measured on sounds of other homes. */
  mistakesPerDay: z.number().nonnegative(),
});
export type TaughtFigures = z.infer<typeof TaughtFigures>;

/**
 * A taught sound as one file: its head in the format of the released heads, the numbers of its decision, and the trunk
 * for which it was trained. The head works with no other trunk.
 */
export const TaughtSoundFile = z.object({
  schema: z.literal(1),
  label: TaughtLabel,
  trunkSha256: Sha256,
  levels: Levels,
  decision: LabelDecision,
  figures: TaughtFigures,
  /** The head's ONNX file in base64. */
  head: z.base64(),
});
export type TaughtSoundFile = z.infer<typeof TaughtSoundFile>;

/**
 * The most taught sounds of a home. All heads of a device share one batch; with more heads the device would exceed its
 * memory and CPU.
 */
export const MOST_TAUGHT_SOUNDS = 8;
export const EXAMPLES_NEEDED = 5;
/** A head is not sent to devices when it detects a smaller share than this of the test copies of its own examples. */
export const LEAST_FOUND = 0.5;

export const isTaught = (label: string): boolean => TAUGHT.test(label);

/**
 * Makes the label of a taught sound from its class, its name in plain letters, and four characters that make it unique.
 */
export function taughtLabel(name: string, kind: 'security' | 'upkeep', unique: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 16)
    .replace(/_$/, '');
  return `taught_${kind}_${plain || 'sound'}_${unique
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(-4)
    .padStart(4, '0')}`;
}
