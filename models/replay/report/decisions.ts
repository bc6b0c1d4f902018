import type { LabelMap } from '../../corpus/label-map.ts';
import { judge, partAt, type Stage } from '../metrics/product.ts';
import { contains } from '../metrics/spans.ts';
import { truthOf } from '../metrics/truth.ts';
import type { PlayedAlert, PlayedSession } from '../play/played.ts';

const COLUMNS = [
  'file',
  'corpus_labels',
  'decision',
  'label',
  'outcome',
  'start_s',
  'detected_s',
  'end_s',
  'again',
  'device_score',
  'level',
  'verifier',
  'verifier_score',
  'pattern',
  'tone_hz',
  'beeps',
  'groups',
  'fit',
  'level_dbfs',
  'why',
  'reasons',
];

/** Writes one line for each alert, with its outcome, and one line for each miss. */
export function decisionsCsv(
  labels: readonly string[],
  sessions: readonly PlayedSession[],
  map: LabelMap,
  stage: Stage,
): string {
  const lines = [COLUMNS.join(',')];
  for (const session of sessions) {
    const judged = new Map(labels.map((label) => [label, judge(label, session, map, stage)]));
    const falseOnes = new Set([...judged.values()].flatMap(({ falseAlarms }) => falseAlarms.map(({ alert }) => alert)));
    for (const alert of session.alerts)
      lines.push(alertLine(session, alert, outcomeOf(alert, session, map, falseOnes.has(alert), stage)));
    for (const { outcomes } of judged.values()) {
      for (const { positive, alert } of outcomes) {
        if (alert) continue;
        const { part, label, corpusLabel, onsetS, offsetS } = positive;
        const times = [seconds(onsetS - part.startS), '', seconds(offsetS - part.startS)];
        lines.push(
          row([
            part.file,
            corpusLabel,
            'none',
            label,
            'miss',
            ...times,
            '',
            '',
            '',
            '',
            '',
            '',
            '',
            '',
            '',
            '',
            '',
            '',
            '',
          ]),
        );
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function outcomeOf(alert: PlayedAlert, session: PlayedSession, map: LabelMap, isFalse: boolean, stage: Stage): string {
  if (stage === 'both' && alert.verifier?.confirmed !== true) return 'rejected';
  if (isFalse) return 'false';
  const { windows } = truthOf(alert.label, session, map);
  if (contains(windows, alert.detectedS)) return 'hit';
  return alertIgnored(alert, session, map) ? 'not scored' : 'within 10 s of a false alert';
}

function alertIgnored({ label, startS, detectedS }: PlayedAlert, session: PlayedSession, map: LabelMap): boolean {
  const { ignored } = truthOf(label, session, map);
  return contains(ignored, detectedS) || contains(ignored, startS);
}

function alertLine(session: PlayedSession, alert: PlayedAlert, outcome: string): string {
  const part = partAt(session, alert);
  const { cadence, levelDbfs, text, reasons } = alert.why;
  const times = [alert.startS, alert.detectedS, alert.endS].map((atS) => seconds(atS - part.startS));
  const labels = [...new Set(part.annotations.map(({ label }) => label))].join(' ');
  const verdict = alert.verifier
    ? [alert.verifier.confirmed ? 'confirmed' : 'rejected', alert.verifier.score.toFixed(4)]
    : ['', ''];
  const { pattern, toneHz, beeps, groups, fit } = cadence;
  const rhythm = [pattern, toneHz?.toFixed(0) ?? '', beeps, groups, fit.toFixed(2), levelDbfs.toFixed(1)];
  return row([
    part.file,
    labels,
    'alert',
    alert.label,
    outcome,
    ...times,
    alert.again ? 'yes' : '',
    alert.score.toFixed(4),
    alert.level,
    ...verdict,
    ...rhythm,
    text,
    reasons.map(({ evidence, value, share }) => `${evidence} ${value.toFixed(2)} (${share.toFixed(2)})`).join('; '),
  ]);
}

const seconds = (value: number): string => value.toFixed(3);
const row = (cells: readonly (string | number)[]): string => cells.map((cell) => quote(String(cell))).join(',');
const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
