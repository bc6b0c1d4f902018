import type { LabelMap } from '../../corpus/label-map.ts';
import { bestUnder, sweep, type ThresholdSweep, type SweepPoint } from '../metrics/threshold-sweep.ts';
import type { PlayedPart, PlayedSession } from '../play/played.ts';
import { partsOf } from '../play/session-parts.ts';
import type { Session } from '../play/session.ts';
import type { LocateFile } from '../play/sounds.ts';
import type { Peer } from './peer.ts';

export interface PeerResults {
  name: string;
  about: string;
  labels: Record<string, PeerFigures>;
}

export interface PeerFigures {
  sweep: ThresholdSweep;
  /** The peer's threshold with the highest recall that has no more false alerts per hour than Earshot. */
  atOurFalseRate: SweepPoint | null;
  /**
   * The peer's threshold with the fewest false alerts among those with at least Earshot's recall. Null when no
   * threshold reaches this recall.
   */
  atOurRecall: SweepPoint | null;
}

/** Earshot's own recall and false alerts per hour for each label, with which peers are compared. */
export type OurFigures = Record<string, { recall: number | null; falsePerHour: number | null }>;

export interface PeerJob {
  peers: readonly Peer[];
  sessions: readonly { session: Session }[];
  played: readonly PlayedSession[];
  map: LabelMap;
  ours: OurFigures;
  locate: LocateFile | undefined;
  signal: AbortSignal;
}

/** Plays the same sounds to other detectors and scores these detectors by the same rules. */
export async function measurePeers(job: PeerJob): Promise<PeerResults[]> {
  const results: PeerResults[] = [];
  for (const peer of job.peers) results.push(await measure(peer, job));
  return results;
}

async function measure(peer: Peer, { sessions, played, map, ours, locate, signal }: PeerJob): Promise<PeerResults> {
  const heard: PlayedSession[] = [];
  for (const session of played)
    heard.push(await hear(peer, (sessions[session.session] as { session: Session }).session, session, locate, signal));
  const labels = Object.fromEntries(
    peer.labels.map((label) => {
      const swept = sweep(label, heard, map, 'device');
      return [label, compare(swept, ours[label])];
    }),
  );
  return { name: peer.name, about: peer.about, labels };
}

/** Plays the session to the peer. Returns the played session with the peer's scores in place of Earshot's evidence. */
async function hear(
  peer: Peer,
  session: Session,
  played: PlayedSession,
  locate: LocateFile | undefined,
  signal: AbortSignal,
): Promise<PlayedSession> {
  const seconds = peer.labels.map((): number[] => []);
  const sounds = partsOf(session, locate);
  for (const part of played.parts) {
    const sound = sounds.find((candidate) => candidate.describe(part.durationS).file === part.file);
    if (!sound || isBroken(part)) continue;
    const scores = await peer.score(sound.samples({ signal }), signal);
    scores.forEach((values, label) => addAt(seconds[label] as number[], values, Math.floor(part.startS)));
  }
  return { ...played, alerts: [], evidence: { labels: peer.labels, seconds } };
}

const isBroken = ({ leftOut, durationS }: PlayedPart): boolean =>
  leftOut.some(({ heads, startS, endS }) => heads === '*' && endS - startS >= durationS);

function addAt(seconds: number[], values: readonly number[], from: number): void {
  while (seconds.length < from + values.length) seconds.push(0);
  values.forEach((value, i) => (seconds[from + i] = Math.max(seconds[from + i] as number, value)));
}

function compare(swept: ThresholdSweep, ours: OurFigures[string] | undefined): PeerFigures {
  const { recall = null, falsePerHour = null } = ours ?? {};
  const asGood = recall === null ? [] : swept.points.filter((point) => point.recall >= recall);
  return {
    sweep: swept,
    atOurFalseRate: falsePerHour === null ? null : bestUnder(swept, falsePerHour),
    atOurRecall: asGood.reduce<SweepPoint | null>(
      (best, point) => (best === null || point.falsePerHour < best.falsePerHour ? point : best),
      null,
    ),
  };
}
