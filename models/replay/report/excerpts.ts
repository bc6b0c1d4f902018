import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { PlayedPart, PlayedSession } from '../play/played.ts';
import type { FalseAlarm, Outcome } from '../metrics/product.ts';
import { ANSWER_S } from '../metrics/truth.ts';
import type { Findings } from './report-json.ts';
import type { ReadSound } from './sound-reader.ts';
import { spectrogramPng } from './spectrogram.ts';
import { CLASS_RANK, labelInfo } from '@earshot/shared/labels.ts';

/** A wrong decision, with its sound and its spectrogram for the report. */
export interface Excerpt {
  kind: 'false alert' | 'miss';
  label: string;
  file: string;
  corpusLabels: string;
  atS: number;
  score: number;
  /** The measured rhythm, or how close the score came to the threshold, in words. */
  why: string;
  verifierScore: number | null;
  /** Seconds from the start of the file to the start of the excerpt. */
  fromS: number;
  durationS: number;
  eventFromS: number;
  eventToS: number;
  wav: Buffer;
  spectrogram: Buffer;
  /** The highest evidence in each second of the excerpt. */
  evidence: number[];
}

const MOST_OF_A_KIND = 8;
const BEFORE_S = 2.5;
const LENGTH_S = 7;

/** A wrong decision that is shown in the report, before its sound is read. */
interface Chosen {
  session: PlayedSession;
  part: PlayedPart;
  /** The start and end of the event, in seconds from the start of the session. */
  startS: number;
  endS: number;
  words: Pick<Excerpt, 'kind' | 'label' | 'score' | 'why' | 'verifierScore' | 'atS'>;
}

/** Chooses wrong decisions of the last stage that was played, and reads their sounds for the report. */
export async function excerptsOf({ stages, run }: Findings, read: ReadSound): Promise<Excerpt[]> {
  const results = stages.at(-1)?.results;
  if (!results) return [];
  const byIndex = new Map(run.sessions.map((session) => [session.session, session]));
  const sessionOf = ({ session }: { session: number }) => byIndex.get(session) as PlayedSession;
  const chosen = [
    ...worstFalseAlarms(results.falseAlarms).map((one) => falseAlarm(one, sessionOf(one))),
    ...worstMisses(results.outcomes).map((one) => miss(one, sessionOf(one))),
  ];
  const sounds = new Map<Chosen, Float32Array>();
  for (const [part, ofPart] of Map.groupBy(chosen, (one) => one.part)) {
    const heard = await read((ofPart[0] as Chosen).session.session, part, ofPart.map(stretchOf));
    ofPart.forEach((one, i) => sounds.set(one, heard[i] as Float32Array));
  }
  return chosen.map((one) => excerpt(one, sounds.get(one) as Float32Array));
}

const rankOf = (label: string): number => CLASS_RANK[labelInfo(label).class];

/**
 * Safety labels come before security labels, then the highest scores come first. At most two false alerts of the same
 * label on the same kind of sound are shown, so that one unusual source does not fill the page.
 */
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

function falseAlarm({ alert, part }: FalseAlarm, session: PlayedSession): Chosen {
  const { label, score, why, verifier, detectedS, startS, endS } = alert;
  const verifierScore = verifier?.score ?? null;
  const words = { kind: 'false alert' as const, label, score, why: why.text, verifierScore };
  return { session, part, startS, endS, words: { ...words, atS: detectedS - part.startS } };
}

function miss({ positive: { part, label, onsetS, offsetS } }: Outcome, session: PlayedSession): Chosen {
  const alert = session.alerts.find(
    (one) => one.label === label && one.detectedS >= onsetS && one.detectedS <= offsetS + ANSWER_S,
  );
  const score = Math.max(0, ...evidenceOf(session, label, onsetS, offsetS));
  const why = alert
    ? 'the device reported the sound, but the verifier rejected it'
    : `the evidence reached ${score.toFixed(3)}`;
  const words = { kind: 'miss' as const, label, score, why, verifierScore: alert?.verifier?.score ?? null };
  return { session, part, startS: onsetS, endS: offsetS, words: { ...words, atS: onsetS - part.startS } };
}

function evidenceOf({ evidence }: PlayedSession, label: string, fromS: number, toS: number): number[] {
  return (evidence.seconds[evidence.labels.indexOf(label)] ?? []).slice(Math.floor(fromS), Math.ceil(toS) + 1);
}

const labelsOf = ({ annotations }: PlayedPart): string =>
  [...new Set(annotations.map(({ label }) => label))].join(', ');

/** The stretch of seven seconds around the start of the event, in seconds from the start of the part. */
function stretchOf({ part, startS }: Chosen): { fromS: number; toS: number } {
  const fromS = Math.max(0, Math.floor(Math.min(startS - part.startS - BEFORE_S, part.durationS - LENGTH_S)));
  return { fromS, toS: Math.min(part.durationS, fromS + LENGTH_S) };
}

function excerpt(chosen: Chosen, samples: Float32Array): Excerpt {
  const { session, part, startS, endS, words } = chosen;
  const { fromS, toS } = stretchOf(chosen);
  return {
    ...words,
    file: part.file,
    corpusLabels: labelsOf(part),
    fromS,
    durationS: toS - fromS,
    eventFromS: Math.max(0, startS - part.startS - fromS),
    eventToS: Math.min(toS - fromS, endS - part.startS - fromS),
    wav: Buffer.from(writeWav(samples)),
    spectrogram: spectrogramPng(samples),
    evidence: evidenceOf(session, words.label, part.startS + fromS, part.startS + toS),
  };
}
