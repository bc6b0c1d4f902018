/**
 * Turns labelled spans into the answer that each head should give at each step. There are three answers: yes, no, and
 * "not asked". "Not asked" applies where neither yes nor no can be demanded: before enough of the sound was heard,
 * while its effect fades, and where the corpus does not say.
 */
export const NO = 0;
export const YES = 1;
export const NOT_ASKED = 2;

/** A step lasts 40 ms: the trunk reads two frames of 20 ms at once. */
export const STEP_S = 0.04;

/** The first heads are trained together with the trunk; the last two are added to a trunk that no longer changes. */
export const TRUNK_LABELS = [
  'smoke_alarm',
  'co_alarm',
  'low_battery_chirp',
  'glass_break',
  'footsteps',
  'door',
] as const;
export const ADDED_LABELS = ['dog_bark', 'baby_cry'] as const;
export const TRAINED_LABELS: readonly string[] = [...TRUNK_LABELS, ...ADDED_LABELS];

export interface Sounding {
  startS: number;
  lengthS: number;
}

export interface LabelledEvent {
  label: string;
  startS: number;
  endS: number;
  /** The parts of the span that are not silent; absent when no part is silent. */
  beeps?: readonly Sounding[];
}

export interface LeftOut {
  heads: readonly string[] | '*';
  startS: number;
  endS: number;
}

/** How the expected answer follows the sound, in seconds. */
interface Shape {
  /** No answer is expected for this long after the first sound, because the label cannot be recognised yet. */
  rise: number;
  /** Gaps of up to this length belong to the event. */
  bridge: number;
  /** The answer stays "yes" for this long after a sound; then no answer is expected for `fade`. */
  hold: number;
  fade: number;
}

const SHAPES: Record<string, Shape> = {
  // The pause of T3 lasts 1.5 s +-10 %, up to 1.8 s with drift. "Yes" is expected once a beep has lasted longer than a
  // chirp.
  smoke_alarm: { rise: 0.2, bridge: 2.2, hold: 0.5, fade: 1.5 },
  // T4: two of the four beeps have ended 0.3 s after the first one began. In the pause of 5 s no answer is expected.
  co_alarm: { rise: 0.5, bridge: 0.4, hold: 1, fade: 4.5 },
  // A chirp can be recognised only when it has ended and no second beep follows.
  low_battery_chirp: { rise: 0.32, bridge: 0.3, hold: 0.8, fade: 1 },
  glass_break: { rise: 0.08, bridge: 0.3, hold: 0.3, fade: 1 },
};
const USUAL: Shape = { rise: 0.1, bridge: 0.4, hold: 0.2, fade: 1 };

/**
 * The longest sound that is certainly a chirp. A longer one may be a beep of a smoke alarm of which the recording has
 * no other beep.
 */
const LONGEST_SURE_CHIRP_S = 0.15;
/** For this long after its start a T4 alarm may also be a fast smoke alarm, because their first beeps are the same. */
const AMBIGUOUS_T4_S = 0.7;

/** The expected answers for `steps` steps of a scene, indexed by step * labels + label. */
export function targetsOf(
  events: readonly LabelledEvent[],
  leftOut: readonly LeftOut[],
  steps: number,
  labels: readonly string[] = TRAINED_LABELS,
): Uint8Array {
  const targets = new Uint8Array(steps * labels.length);
  const paint = (label: string, startS: number, endS: number, answer: number): void => {
    const column = labels.indexOf(label);
    if (column < 0) return;
    const last = Math.min(steps, Math.ceil(endS / STEP_S));
    for (let step = Math.max(0, Math.floor(startS / STEP_S)); step < last; step++) {
      const at = step * labels.length + column;
      // "Not asked" replaces only a "no", never a "yes".
      if (targets[at] !== YES || answer === YES) targets[at] = answer;
    }
  };
  for (const { heads, startS, endS } of leftOut) {
    for (const head of heads === '*' ? labels : heads) paint(head, startS, endS, NOT_ASKED);
  }
  for (const event of events) paintEvent(event, paint);
  return targets;
}

function paintEvent(
  event: LabelledEvent,
  paint: (label: string, startS: number, endS: number, answer: number) => void,
): void {
  const { label, startS, endS } = event;
  const { rise, bridge, hold, fade } = SHAPES[label] ?? USUAL;
  const sounds = event.beeps ?? [{ startS, lengthS: endS - startS }];
  for (const { from, to } of bridged(sounds, bridge)) {
    const known = Math.min(from + rise, Math.max(from + 0.04, to));
    paint(label, from, known, NOT_ASKED);
    paint(label, known, to + hold, YES);
    paint(label, to + hold, to + hold + fade, NOT_ASKED);
  }
  const [first] = sounds;
  if (!first) return;
  if (label === 'co_alarm')
    for (const { startS: at } of sounds) paint('smoke_alarm', at, at + AMBIGUOUS_T4_S, NOT_ASKED);
  if (label === 'low_battery_chirp') {
    for (const { startS: at, lengthS } of sounds)
      if (lengthS > LONGEST_SURE_CHIRP_S) paint('smoke_alarm', at, at + lengthS + 2, NOT_ASKED);
  }
  // Until the next beep begins, the first beep of a smoke alarm cannot be distinguished from a chirp.
  if (label === 'smoke_alarm') paint('low_battery_chirp', first.startS, first.startS + first.lengthS + 1, NOT_ASKED);
}

/** Joins sounds into one span when the gaps between them are at most `bridge` long. */
function bridged(sounds: readonly Sounding[], bridge: number): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (const { startS, lengthS } of [...sounds].sort((a, b) => a.startS - b.startS)) {
    const last = spans.at(-1);
    if (last && startS - last.to <= bridge) last.to = Math.max(last.to, startS + lengthS);
    else spans.push({ from: startS, to: startS + lengthS });
  }
  return spans;
}
