/**
 * The sounds that Earshot knows, with their class and the defaults of a new home. The list is open: a release may
 * contain a head for a label that is not in it. For such a label `labelInfo` answers "experimental, off".
 */
export const LABEL_CLASSES = ['safety', 'security', 'upkeep'] as const;
export type LabelClass = (typeof LABEL_CLASSES)[number];

export const MODES = ['home', 'away', 'night'] as const;
export type Mode = (typeof MODES)[number];

export const LEVELS = ['low', 'medium', 'high'] as const;
export type Level = (typeof LEVELS)[number];

export interface LabelInfo {
  class: LabelClass;
  /**
   * The modes in which a new home listens for the sound. Safety labels are on in all modes and cannot be turned off.
   */
  modes: readonly Mode[];
  /** The measured recall is under 80 %. Every place that shows the label must say so. */
  experimental?: boolean;
  /** English words for logs and explanations; the app has its own texts. */
  words: string;
}

const KNOWN = {
  smoke_alarm: { class: 'safety', modes: MODES, words: 'smoke alarm' },
  co_alarm: { class: 'safety', modes: MODES, words: 'carbon-monoxide alarm' },
  low_battery_chirp: { class: 'upkeep', modes: MODES, words: 'low-battery chirp' },
  // Off in mode `home`, while people are up: a dropped plate is more likely than a burglar.
  glass_break: { class: 'security', modes: ['away', 'night'], words: 'breaking glass' },
  footsteps: { class: 'security', modes: [], experimental: true, words: 'footsteps' },
  door: { class: 'security', modes: [], experimental: true, words: 'door' },
  dog_bark: { class: 'security', modes: [], experimental: true, words: 'barking dog' },
  baby_cry: { class: 'security', modes: [], experimental: true, words: 'crying baby' },
} as const satisfies Record<string, LabelInfo>;

export type KnownLabel = keyof typeof KNOWN;
export const KNOWN_LABELS = Object.keys(KNOWN) as KnownLabel[];

/**
 * Order of the classes: safety, security, upkeep. An outbox delivers in this order, and a full outbox drops in the
 * reverse order.
 */
export const CLASS_RANK: Record<LabelClass, number> = { safety: 0, security: 1, upkeep: 2 };

/**
 * A sound that a home taught. Its label contains its class and its name, so that no part needs a list of taught sounds.
 */
export const TAUGHT = /^taught_(security|upkeep)_([a-z0-9_]+)_[a-z0-9]{4}$/;

export function labelInfo(label: string): LabelInfo {
  const taught = TAUGHT.exec(label);
  if (taught)
    return { class: taught[1] as LabelClass, modes: MODES, words: (taught[2] as string).replaceAll('_', ' ') };
  return Object.hasOwn(KNOWN, label)
    ? KNOWN[label as KnownLabel]
    : { class: 'security', modes: [], experimental: true, words: label.replaceAll('_', ' ') };
}

export const isExperimental = (label: string): boolean => labelInfo(label).experimental === true;
export const isSafety = (label: string): boolean => labelInfo(label).class === 'safety';
