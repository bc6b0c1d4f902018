import { StartEvent } from '@earshot/shared/contracts/start-event.ts';
import { labelInfo, type Mode } from '@earshot/shared/labels.ts';
import { clockTime, counted, momentText } from '@earshot/shared/wording.ts';
import type { AgentEmitter, AgentEvents } from './events.ts';

type Print = (line: string) => void;
type Summary = { seconds: number; candidates: number };

/** Whether the source of this name is a microphone or the like, of which people want to know the time of day. */
type IsLive = (source: string) => boolean;

/** While the cloud is away for weeks, the moments must not fill the memory. */
const MOST_MOMENTS = 5_000;

/** What `earshot device` prints on stdout: sentences for people, or JSON lines. */
export function printEvents(events: AgentEmitter, json: boolean, print: Print, isLive: IsLive): () => Summary {
  const summary = { seconds: 0, candidates: 0 };
  const say = json ? jsonLines(print, isLive) : sentences(print, isLive);
  events.on('candidate', (event) => {
    summary.candidates++;
    say.candidate(event);
  });
  events.on('sourceEnd', ({ seconds }) => void (summary.seconds += seconds));
  events.on('health', (event) => say.health(event));
  events.on('problem', (event) => say.problem(event));
  // Every heartbeat repeats an order until it expires, but each order is printed once.
  let lastSirenOrder = '';
  if (!json) {
    events.on('online', ({ online, reason }) =>
      print(online ? 'cloud    reached' : `cloud    unreachable: ${reason ?? ''}`),
    );
    // When each undelivered candidate was detected.
    const moments = new Map<string, string>();
    let forgotten = false;
    events.on('candidate', ({ candidate, detectedS }) => {
      moments.set(candidate.id, momentText(detectedS, timesOf(candidate, isLive).detectedAt));
      if (moments.size > MOST_MOMENTS) forgotten = moments.delete(moments.keys().next().value as string);
    });
    events.on('delivered', ({ label, id }) => {
      print(
        `sent     ${labelInfo(label).words} of ${moments.get(id) ?? (forgotten ? 'an earlier time' : 'an earlier run')}, ${id}`,
      );
      moments.delete(id);
    });
    events.on('settings', ({ mode, testing }) =>
      print(`settings mode ${mode}${testing ? ', testing: alarms are reported as a test' : ''}`),
    );
    events.on('sirenOrder', ({ id, on }) => {
      if (id !== lastSirenOrder) print(`siren    a member of the home ${on ? 'started' : 'stopped'} it`);
      lastSirenOrder = id;
    });
    events.on('listeners', ({ names }) =>
      print(names.length > 0 ? `live     ${names.join(', ')} listening live` : 'live     nobody listens any more'),
    );
    events.on('release', ({ version, state, message }) =>
      print(`release  ${version} ${state}${message ? `: ${message}` : ''}`),
    );
  }
  return () => summary;
}

/** What `earshot device` prints for people when all recordings have ended. */
export const endInWords = ({ seconds, candidates }: Summary): string =>
  `ended    ${clockTime(seconds)} heard, ${candidates === 0 ? 'no candidate' : counted(candidates, 'candidate')}`;

/** Says why a recording may have had no candidate: the mode does not report these labels. */
export function modeInWords(mode: Mode, labels: readonly string[], isPaired: boolean): string {
  const words = labels.map((label) => labelInfo(label).words).join(', ');
  const choose = isPaired
    ? 'Choose another mode in the app.'
    : 'To choose another mode in the app, first pair the device: `npx earshot device pair CODE --cloud URL`.';
  return `mode     ${capitalised(mode)} does not report: ${words}. ${choose} \`npm start -- --listen FILE\` plays a recording in mode Away.`;
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

interface Speaker {
  candidate(event: AgentEvents['candidate'][0]): void;
  health(event: AgentEvents['health'][0]): void;
  problem(event: AgentEvents['problem'][0]): void;
}

/** The times of a candidate; null for a recording. */
function timesOf(
  { source, startedAt, detectedAt }: AgentEvents['candidate'][0]['candidate'],
  isLive: IsLive,
): { startedAt: string | null; detectedAt: string | null } {
  return isLive(source) ? { startedAt, detectedAt } : { startedAt: null, detectedAt: null };
}

function sentences(print: Print, isLive: IsLive): Speaker {
  return {
    candidate: ({ candidate, atS, detectedS }) => {
      const { label, score, why, source } = candidate;
      const { startedAt, detectedAt } = timesOf(candidate, isLive);
      print(
        `${momentText(detectedS, detectedAt)}  ${labelInfo(label).words} (${Math.round(score * 100)} %), since ${momentText(atS, startedAt)}: ${why.text}  [${source}]`,
      );
    },
    health: ({ name, state, reason }) => print(`health   ${name} is ${state}${reason ? `: ${reason}` : ''}`),
    problem: (error) => print(`problem  ${error.toLine()}`),
  };
}

function jsonLines(print: Print, isLive: IsLive): Speaker {
  const line = (event: StartEvent) => print(JSON.stringify(StartEvent.parse(event)));
  return {
    candidate: ({ candidate, atS, detectedS }) => {
      const { id, label, score, why } = candidate;
      const times = timesOf(candidate, isLive);
      line({ type: 'candidate', id, label, score, atS, detectedS, ...times, why: why.text });
    },
    health: ({ name, state, reason }) => line({ type: 'health', source: name, state, reason }),
    problem: ({ code, message, todo }) => line({ type: 'error', code, message, todo }),
  };
}
