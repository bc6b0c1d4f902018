import { setTimeout } from 'node:timers/promises';
import type { BenchHome } from '@earshot/cloud/bench/homes.ts';
import type { Phones, Told } from '@earshot/cloud/bench/phones.ts';
import type { Database } from '@earshot/cloud/store/database.ts';

export interface BatchFindings {
  /** Candidates that a device called safe on its disk. */
  safe: number;
  /** Candidates that the cloud knows of, those that were cut off before their device could say so included. */
  candidates: number;
  lost: string[];
  withoutVerdict: string[];
  /** Incidents that nobody was alerted about. */
  untold: string[];
  /** (incident, step) that arrived under two ids: a second notification, no resend. */
  doubled: string[];
  notifications: number;
  /** The same notification, sent again after a kill, with the same id. */
  resends: number;
}

interface Batch {
  database: Database;
  homes: readonly BenchHome[];
  phones: Phones;
  safe: ReadonlyMap<string, string>;
  giveUpMs: number;
}

/** Waits until nothing is under way any more, then holds what the database and the phones have against what the devices had. */
export async function checkBatch({ database, homes, phones, safe, giveUpMs }: Batch): Promise<BatchFindings> {
  const homeIds = homes.map(({ homeId }) => homeId);
  const untilMs = performance.now() + giveUpMs;
  let state = await read(database, homeIds);
  while (performance.now() < untilMs && isUnderWay(state)) {
    await setTimeout(1_000);
    state = await read(database, homeIds);
  }
  const known = new Set(state.candidates.map(({ id }) => id));
  const told = new Map<string, Set<string>>();
  for (const { path, id, body } of phones.told) {
    const key = `${path} ${body.incidentId} ${body.step}`;
    told.set(key, (told.get(key) ?? new Set()).add(id));
  }
  const opened = new Set(phones.told.filter(isAlert).map(({ body }) => body.incidentId));
  return {
    safe: safe.size,
    candidates: known.size,
    lost: [...safe.keys()].filter((id) => !known.has(id)),
    withoutVerdict: state.candidates
      .filter(({ verdict }) => verdict !== 'confirmed')
      .map(({ id, verdict }) => `${id} ${verdict}`),
    untold: state.incidents.filter(({ id }) => !opened.has(id)).map(({ id }) => id),
    doubled: [...told].filter(([, ids]) => ids.size > 1).map(([key]) => key),
    notifications: told.size,
    resends: phones.told.length - told.size,
  };
}

const isAlert = ({ body }: Told): boolean => body.step === 'opened';

type State = Awaited<ReturnType<typeof read>>;

const isUnderWay = ({ candidates, notifications }: State): boolean =>
  candidates.some(({ verdict }) => verdict === 'pending' || verdict === 'unverified') ||
  notifications.some(({ state }) => state === 'pending');

async function read({ queries }: Database, homeIds: readonly string[]) {
  const [candidates, incidents, notifications] = await Promise.all([
    queries.selectFrom('candidates').select(['id', 'verdict']).where('homeId', 'in', homeIds).execute(),
    queries.selectFrom('incidents').select(['id', 'label']).where('homeId', 'in', homeIds).execute(),
    queries
      .selectFrom('notifications')
      .select(['id', 'state'])
      .where('homeId', 'in', homeIds)
      .where('dueAtMs', '<=', Date.now())
      .execute(),
  ]);
  return { candidates, incidents, notifications };
}
