import { isCalming } from '@earshot/cloud/notify/calming-step.ts';
import type { Hears } from '@earshot/device/events.ts';
import type { NotSent } from '@earshot/shared/contracts/home.ts';
import type { StartEvent } from '@earshot/shared/contracts/start-event.ts';
import { errorLine } from '@earshot/shared/errors.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { MICROPHONE_REASONS } from '@earshot/shared/microphone-reason.ts';
import { clockTime, counted, momentText, timeOfDay } from '@earshot/shared/wording.ts';
import type { EventOf, Reporter } from './reporter.ts';

/** Scores below this occur all the time and mean nothing. */
const WORTH_SAYING = 0.2;
/** The verifier's score is not shown beside this text: a high score would look like a contradiction. */
const IGNORED = 'ignored, because it resembles a sound that this home marked as a false alert';
const BAR_DB = 60;
const BAR_WIDTH = 12;

export interface Terminal {
  write(text: string): unknown;
  /** Overwriting a line works only on a screen. */
  isTTY?: boolean;
}

/** Output for people: one line an event, and on a screen a last line with the current scores. */
export function terminalReporter(out: Terminal): Reporter {
  const isScreen = out.isTTY === true;
  const clearLine = isScreen ? '\r\x1b[K' : '';
  return {
    event: (event) => void out.write(`${clearLine}${sentenceOf(event)}\n`),
    note: (line) => void out.write(`${clearLine}${line}\n`),
    hears: (now, at) => {
      if (isScreen) out.write(`${clearLine}${statusOf(now, at)}`);
    },
  };
}

export function sentenceOf(event: StartEvent): string {
  switch (event.type) {
    case 'started':
      return `Earshot listens to ${event.listen} (release ${event.release}). The app: ${event.url}`;
    case 'candidate':
      return `${beginningOf({ ...event, earlierAt: null })}suspects  ${wordsOf(event.label)} (${percent(event.score)}), since ${momentText(event.atS, event.startedAt)}: ${event.why}`;
    case 'verdict':
      return `${beginningOf(event)}verdict   ${wordsOf(event.label)}: ${event.ignored ? IGNORED : event.verdict}${event.score === null || event.ignored ? '' : ` (${percent(event.score)})`}`;
    case 'incident':
      return `${beginningOf(event)}incident  ${incidentOf(event)}`;
    case 'notification':
      return `${beginningOf(event)}${notificationOf(event)} (${event.channel === 'app' ? 'shown in the app only: no phone rings yet' : event.channel})`;
    case 'health':
      return `         health    ${event.source} ${healthText(event)}`;
    case 'error':
      return `         problem   ${errorLine(event)}`;
    case 'summary':
      return summaryOf(event);
  }
}

/** Positions of a recording and times of day are one column. */
const MOMENT_WIDTH = 9;

/** The beginning of a line: when the sound that it is about was detected. */
function beginningOf({
  detectedS,
  detectedAt,
  earlierAt,
}: Pick<EventOf<'verdict'>, 'detectedS' | 'detectedAt' | 'earlierAt'>): string {
  if (earlierAt !== null) return `earlier run, ${dateAndTime(earlierAt)}  `;
  return (detectedS === null ? '' : momentText(detectedS, detectedAt)).padEnd(MOMENT_WIDTH);
}

function incidentOf({ label, verdict, state, ignored, notSent, goesOn }: EventOf<'incident'>): string {
  const what = goesOn ? `continues from an earlier run: ${wordsOf(label)},` : `${wordsOf(label)}:`;
  return `${what} ${ignored ? 'ignored' : verdict}, ${state}${notSent === null ? '' : `; ${notSentText(notSent)}`}`;
}

function notificationOf({ step, title }: EventOf<'notification'>): string {
  if (step === 'all_clear') return `all clear ${title.replace(/^All clear: /, '')}`;
  // Upkeep is what can wait, for example a device that is offline: no phone rings for it.
  return `${isCalming(step) || step === 'upkeep' ? 'notice    ' : 'ALERT     '}${title}`;
}

/** The reason is that of the failure, so it does not apply to a microphone that works again. */
function healthText({ state, reason }: EventOf<'health'>): string {
  if (state !== 'deaf' && state !== 'failed') return `is ${state}`;
  return `hears nothing${reason === null ? '' : `: ${MICROPHONE_REASONS[reason] ?? reason}`}`;
}

function summaryOf({ seconds, candidates, rejected, incidents, fromBefore }: EventOf<'summary'>): string {
  const lines = incidents.map(
    (incident) =>
      `  ${momentText(incident.startedAtS, incident.startedAt ?? null)}  ${wordsOf(incident.label)}, ${incident.verdict}, ${reportOf(incident)}`,
  );
  const head = `${clockTime(seconds)} heard, ${counted(candidates, 'candidate')}, ${rejected} rejected, ${counted(incidents.length, 'incident')}${lines.length > 0 ? ' (with the time at which the sound began):' : '.'}`;
  return ['', head, ...lines, ...(fromBefore ? beforeOf(fromBefore) : [])].join('\n');
}

function beforeOf({ candidates, rejected, incidents }: NonNullable<EventOf<'summary'>['fromBefore']>): string[] {
  return [
    `From before this run: ${counted(candidates, 'candidate')} delivered, ${rejected} rejected, ${counted(incidents.length, 'incident')}${incidents.length > 0 ? ':' : '.'}`,
    ...incidents.map(
      (incident) =>
        `  ${dateAndTime(incident.startedAt)}  ${wordsOf(incident.label)}, ${incident.verdict}, ${reportOf(incident)}`,
    ),
  ];
}

type Reported = Pick<EventOf<'summary'>['incidents'][number], 'notified' | 'notSent' | 'goesOn'>;

function reportOf({ notified, notSent, goesOn = false }: Reported): string {
  if (notified > 0) return 'reported';
  if (goesOn) return 'continues from the previous run, which reported it';
  return notSent === null ? 'not reported' : notSentText(notSent);
}

function notSentText(notSent: NotSent): string {
  switch (notSent.because) {
    case 'cool_down':
      return `not reported again: the same sound was already reported at ${timeOfDay(notSent.reportedAt)}, less than 5 minutes before`;
    case 'not_now':
      return 'not reported: the app has "Not now" set for this sound';
    case 'quiet_hours':
      return `not reported before ${timeOfDay(notSent.until)}: quiet hours`;
  }
}

function statusOf({ atS, levelDbfs, scores }: Hears, at: string | null): string {
  const level = Math.max(0, Math.min(1, 1 + (levelDbfs ?? -BAR_DB) / BAR_DB));
  const bar = '█'.repeat(Math.round(level * BAR_WIDTH)).padEnd(BAR_WIDTH, '·');
  const heard = scores.filter(({ score }) => score >= WORTH_SAYING).slice(0, 3);
  const words = heard.map(({ label, score }) => `${wordsOf(label)} ${percent(score)}`).join(', ');
  return `${momentText(atS, at).padEnd(MOMENT_WIDTH)}${bar}  ${words || 'nothing of note'}`;
}

/** Example: "2026-01-01 14:03:09", in the time zone of this machine. */
const dateAndTime = (instant: string): string => {
  const at = new Date(instant);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')} ${timeOfDay(instant)}`;
};
const wordsOf = (label: string): string => labelInfo(label).words;
const percent = (score: number): string => `${Math.round(score * 100)} %`;
