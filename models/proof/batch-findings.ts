import { setTimeout } from 'node:timers/promises';
import type { BenchHome } from '@earshot/cloud/bench/homes.ts';
import type { Phones } from '@earshot/cloud/bench/phones.ts';
import type { ClipStore } from '@earshot/cloud/clips/clip-store.ts';
import type { WorkQueue } from '@earshot/cloud/queue/work-queue.ts';
import type { Database } from '@earshot/cloud/store/database.ts';
import { corruptStores } from './corrupt-stores.ts';

export interface BatchFindings {
  /** Candidates that a device reported as written to its disk. */
  safe: number;
  /** Candidates that the cloud has, including those whose device was killed before it could report them. */
  candidates: number;
  /** Notifications that arrived, each counted once. */
  notifications: number;
  /** Notifications that arrived again after a kill, with the same id: the receiver replaces the first one. */
  resends: number;
  /**
   * Number of messages that went to the dead letters, because five workers in a row were killed while they processed
   * them. The proof puts them back, as an operator would.
   */
  redriven: number;
  /** Candidates that were on a device's disk and never reached the cloud. */
  lost: string[];
  /** Candidates that got no verdict, or a verdict other than "confirmed". */
  withoutVerdict: string[];
  /** Incidents whose alert no phone received. */
  untold: string[];
  /** Alerts that arrived under two ids: a person sees two notifications for one step of an incident. */
  doubled: string[];
  /** Clips whose bytes differ from those that the device sent, and databases that fail their check. */
  corrupt: string[];
}

interface Batch {
  database: Database;
  clips: ClipStore;
  queue: WorkQueue;
  homes: readonly BenchHome[];
  phones: Phones;
  safe: ReadonlySet<string>;
  giveUpMs: number;
}

/**
 * Waits until no verdict and no notification is pending, then compares database, clips and phones with the devices'
 * records.
 */
export async function checkBatch({
  database,
  clips,
  queue,
  homes,
  phones,
  safe,
  giveUpMs,
}: Batch): Promise<BatchFindings> {
  const homeIds = homes.map(({ homeId }) => homeId);
  const untilMs = performance.now() + giveUpMs;
  let redriven = await queue.redrive();
  let state = await read(database, homeIds);
  while (performance.now() < untilMs && isPending(state)) {
    await setTimeout(1_000);
    redriven += await queue.redrive();
    state = await read(database, homeIds);
  }
  const known = new Set(state.candidates.map(({ id }) => id));
  const received = new Set(phones.received.map(({ id }) => id));
  const opened = state.notifications.filter(({ id, step }) => step === 'opened' && received.has(id));
  const alerted = new Set(opened.map(({ incidentId }) => incidentId));
  return {
    safe: safe.size,
    candidates: known.size,
    notifications: received.size,
    resends: phones.received.length - received.size,
    redriven,
    lost: [...safe].filter((id) => !known.has(id)),
    withoutVerdict: state.candidates
      .filter(({ verdict }) => verdict !== 'confirmed')
      .map(({ id, verdict }) => `${id} ${verdict}`),
    untold: state.incidents.filter(({ id }) => !alerted.has(id)).map((incident) => untoldWords(incident, state)),
    doubled: doubledIn(state, received),
    corrupt: await corruptStores(database, clips, homeIds),
  };
}

/** Details for finding the cause: the incident and its notifications. */
function untoldWords({ id, label, verdict }: State['incidents'][number], { notifications }: State): string {
  const own = notifications.filter(({ incidentId }) => incidentId === id);
  return [`${id} ${label} ${verdict}`, ...own.map(({ step, state, sentBy }) => `${step} ${state} by ${sentBy}`)].join(
    '; ',
  );
}

/**
 * The ids of duplicate notifications: the second one for a step of an incident, and any that is not in the database.
 */
function doubledIn({ notifications }: State, received: ReadonlySet<string>): string[] {
  const stepOf = new Map(notifications.map(({ id, incidentId, step }) => [id, `${incidentId} ${step}`]));
  const seen = new Set<string>();
  return [...received].filter((id) => {
    const step = stepOf.get(id);
    const isSecond = step === undefined || seen.has(step);
    seen.add(step ?? '');
    return isSecond;
  });
}

type State = Awaited<ReturnType<typeof read>>;

const isPending = ({ candidates, notifications }: State): boolean =>
  candidates.some(({ verdict }) => verdict === 'pending' || verdict === 'unverified') ||
  notifications.some(({ state, dueAtMs }) => state === 'pending' && dueAtMs <= Date.now());

async function read({ queries }: Database, homeIds: readonly string[]) {
  const [candidates, incidents, notifications] = await Promise.all([
    queries.selectFrom('candidates').select(['id', 'verdict']).where('homeId', 'in', homeIds).execute(),
    queries.selectFrom('incidents').select(['id', 'label', 'verdict']).where('homeId', 'in', homeIds).execute(),
    queries
      .selectFrom('notifications')
      .select(['id', 'incidentId', 'step', 'state', 'dueAtMs', 'sentBy'])
      .where('homeId', 'in', homeIds)
      .execute(),
  ]);
  return { candidates, incidents, notifications };
}
