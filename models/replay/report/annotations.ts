import type { LabelMap } from '../../corpus/label-map.ts';
import type { PlayedSession } from '../play/played.ts';
import type { ScoredEvent } from '../metrics/scored-event.ts';
import { alertsOf, isExcused, partAt, type Stage } from '../metrics/product.ts';
import { contains } from '../metrics/spans.ts';
import { truthOf } from '../metrics/truth.ts';

/**
 * The contents of sed_eval's TSVs: the events of each file, in seconds from the start of the file, rounded as they are
 * written.
 */
export type Annotations = Map<string, ScoredEvent[]>;

/** The minimum length of an alert. Without it, an alert that ended when it began would have no length. */
const SHORTEST_S = 0.1;

const round = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

export function referenceOf(labels: readonly string[], sessions: readonly PlayedSession[], map: LabelMap): Annotations {
  const annotations = emptyOf(sessions);
  for (const session of sessions) {
    for (const label of labels) {
      for (const { part, onsetS, offsetS } of truthOf(label, session, map).positives) {
        annotations
          .get(part.file)
          ?.push({ label, onsetS: round(onsetS - part.startS), offsetS: round(offsetS - part.startS) });
      }
    }
  }
  return sorted(annotations);
}

/**
 * Writes one row per event, even when the event was reported again. Events that were left out of the score are not
 * written.
 */
export function estimatedOf(
  labels: readonly string[],
  sessions: readonly PlayedSession[],
  map: LabelMap,
  stage: Stage,
): Annotations {
  const annotations = emptyOf(sessions);
  for (const session of sessions) {
    const truths = new Map(labels.map((label) => [label, truthOf(label, session, map)]));
    const written = new Set<string>();
    for (const alert of alertsOf(session, stage)) {
      const truth = truths.get(alert.label);
      const key = `${alert.label} ${alert.event}`;
      if (!truth || written.has(key)) continue;
      if (isExcused(alert, truth) && !contains(truth.windows, alert.detectedS)) continue;
      written.add(key);
      const part = partAt(session, alert);
      const onsetS = round(Math.max(0, alert.startS - part.startS));
      annotations
        .get(part.file)
        ?.push({ label: alert.label, onsetS, offsetS: round(Math.max(onsetS + SHORTEST_S, alert.endS - part.startS)) });
    }
  }
  return sorted(annotations);
}

function emptyOf(sessions: readonly PlayedSession[]): Annotations {
  const files = sessions.flatMap(({ parts }) => parts.map(({ file }) => file)).sort();
  return new Map(files.map((file) => [file, []]));
}

function sorted(annotations: Annotations): Annotations {
  for (const events of annotations.values())
    events.sort((a, b) => a.onsetS - b.onsetS || a.offsetS - b.offsetS || (a.label < b.label ? -1 : 1));
  return annotations;
}

export function toTsv(annotations: Annotations): string {
  const lines = ['filename\tonset\toffset\tevent_label'];
  for (const [file, events] of annotations) {
    if (events.length === 0) lines.push(`${file}\t\t\t`);
    for (const { label, onsetS, offsetS } of events)
      lines.push(`${file}\t${onsetS.toFixed(3)}\t${offsetS.toFixed(3)}\t${label}`);
  }
  return `${lines.join('\n')}\n`;
}
