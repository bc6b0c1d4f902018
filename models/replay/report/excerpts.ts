import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { PlayedPart, PlayedSession } from '../play/played.ts';
import type { FalseAlarm, Outcome } from '../metrics/product.ts';
import type { StageResults } from '../metrics/stage-figures.ts';
import { spectrogramPng } from './spectrogram.ts';
import { CLASS_RANK, labelInfo } from '@earshot/shared/labels.ts';

/** A sound that went wrong, to be heard and seen in the report. */
export interface Excerpt {
  kind: 'false alarm' | 'miss';
  label: string;
  file: string;
  corpusLabels: string;
  atS: number;
  score: number;
  /** The rhythm as it was measured, or how near the evidence came. */
  why: string;
  verifierScore: number | null;
  /** Where the excerpt begins in the file. */
  fromS: number;
  durationS: number;
  eventFromS: number;
  eventToS: number;
  wav: Buffer;
  spectrogram: Buffer;
  /** Highest evidence in each second of the excerpt. */
  evidence: number[];
}

/** Reads [fromS, toS) of a part again. */
export type ReadSound = (session: number, part: PlayedPart, fromS: number, toS: number) => Promise<Float32Array>;

const MOST_OF_A_KIND = 8;
const BEFORE_S = 2.5;
const LENGTH_S = 7;

export async function excerptsOf(
  results: StageResults,
  sessions: readonly PlayedSession[],
  read: ReadSound,
): Promise<Excerpt[]> {
  const byIndex = new Map(sessions.map((session) => [session.session, session]));
  const chosen = [...worstFalseAlarms(results.falseAlarms), ...worstMisses(results.outcomes)];
  const excerpts: Excerpt[] = [];
  for (const one of chosen) {
    const session = byIndex.get(one.session);
    if (session)
      excerpts.push('positive' in one ? await missExcerpt(one, session, read) : await falseExcerpt(one, session, read));
  }
  return excerpts;
}

const rankOf = (label: string): number => CLASS_RANK[labelInfo(label).class];

/** Safety before security; then the surest. At most three of one label and corpus label, so that one odd source does not fill the page. */
function worstFalseAlarms(falseAlarms: readonly FalseAlarm[]): FalseAlarm[] {
  const seen = new Map<string, number>();
  return falseAlarms
    .toSorted(
      (a, b) =>
        rankOf(a.alert.label) - rankOf(b.alert.label) ||
        b.alert.score - a.alert.score ||
        (a.part.file < b.part.file ? -1 : 1),
    )
    .filter(({ alert, part }) => {
      const key = `${alert.label} ${labelsOf(part)}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return (seen.get(key) as number) <= 2;
    })
    .slice(0, MOST_OF_A_KIND);
}

const worstMisses = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes
    .filter(({ alert }) => alert === null)
    .toSorted(
      (a, b) =>
        rankOf(a.positive.label) - rankOf(b.positive.label) || (a.positive.part.file < b.positive.part.file ? -1 : 1),
    )
    .slice(0, MOST_OF_A_KIND);

async function falseExcerpt(
  { alert, part, session: index }: FalseAlarm,
  session: PlayedSession,
  read: ReadSound,
): Promise<Excerpt> {
  const common = await cut(index, session, part, alert.label, alert.startS, alert.endS, read);
  const { label, score, why, verifier, detectedS } = alert;
  return {
    kind: 'false alarm',
    label,
    score,
    why: why.text,
    verifierScore: verifier?.score ?? null,
    atS: detectedS - part.startS,
    ...common,
  };
}

async function missExcerpt(
  { positive, session: index }: Outcome,
  session: PlayedSession,
  read: ReadSound,
): Promise<Excerpt> {
  const { part, label, onsetS, offsetS } = positive;
  const common = await cut(index, session, part, label, onsetS, offsetS, read);
  const alert = session.alerts.find(
    (one) => one.label === label && one.detectedS >= onsetS && one.detectedS <= offsetS + 15,
  );
  const score = Math.max(0, ...evidenceOf(session, label, onsetS, offsetS));
  const why = alert
    ? `the device heard it; the verifier did not believe it`
    : `the evidence came to ${score.toFixed(3)}`;
  return {
    kind: 'miss',
    label,
    score,
    why,
    verifierScore: alert?.verifier?.score ?? null,
    atS: onsetS - part.startS,
    ...common,
  };
}

function evidenceOf({ evidence }: PlayedSession, label: string, fromS: number, toS: number): number[] {
  return (evidence.seconds[evidence.labels.indexOf(label)] ?? []).slice(Math.floor(fromS), Math.ceil(toS) + 1);
}

const labelsOf = ({ annotations }: PlayedPart): string =>
  [...new Set(annotations.map(({ label }) => label))].join(', ');

async function cut(
  index: number,
  session: PlayedSession,
  part: PlayedPart,
  label: string,
  fromS: number,
  toS: number,
  read: ReadSound,
) {
  const startS = Math.max(0, Math.floor(Math.min(fromS - part.startS - BEFORE_S, part.durationS - LENGTH_S)));
  const endS = Math.min(part.durationS, startS + LENGTH_S);
  const samples = await read(index, part, startS, endS);
  return {
    file: part.file,
    corpusLabels: labelsOf(part),
    fromS: startS,
    durationS: endS - startS,
    eventFromS: Math.max(0, fromS - part.startS - startS),
    eventToS: Math.min(endS - startS, toS - part.startS - startS),
    wav: Buffer.from(writeWav(samples)),
    spectrogram: spectrogramPng(samples),
    evidence: evidenceOf(session, label, part.startS + startS, part.startS + endS),
  };
}
