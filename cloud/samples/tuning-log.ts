import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { LoggedWindow } from '@earshot/shared/contracts/samples.ts';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import type { Queries } from '../store/database.ts';

/** The name that the log gives to the sampling policy of alerts: all are included. */
const ALERTS = 'alerts';

/**
 * The log for `earshot tune`: scores and members' feedback of the homes that opted in. It contains every alert with its highest score, and
 * every sample that the verifier did not reject. It contains no tests, and no alerts from before the home opted in.
 */
export async function readTuningLog(queries: Queries, homeId: string | null): Promise<LoggedWindow[]> {
  const settings = await queries
    .selectFrom('settings')
    .select(['homeId', 'body'])
    .$if(homeId !== null, (q) => q.where('homeId', '=', homeId))
    .execute();
  const homes = settings.filter(({ body }) => HomeSettings.parse(JSON.parse(body)).samples);
  const logs: LoggedWindow[] = [];
  for (const home of homes) logs.push(...(await logOf(queries, home.homeId)));
  return logs;
}

async function logOf(queries: Queries, home: string): Promise<LoggedWindow[]> {
  const samples = await queries
    .selectFrom('samples')
    .selectAll()
    .where('homeId', '=', home)
    .where('verdict', 'in', ['confirmed', 'unverified'])
    .orderBy('createdAtMs')
    .execute();
  const sinceMs = samples[0]?.createdAtMs;
  if (sinceMs === undefined) return [];
  const heard = await queries
    .selectFrom('candidates')
    .innerJoin('incidents', 'incidents.id', 'candidates.incidentId')
    .select(['incidents.id', 'incidents.label', 'incidents.feedback', 'candidates.body'])
    .where('incidents.homeId', '=', home)
    .where('incidents.startedAtMs', '>=', sinceMs)
    .where('incidents.toldAtMs', 'is not', null)
    .where('incidents.test', '=', 0)
    .execute();
  const alerts = [...Map.groupBy(heard, ({ id }) => id).values()].map(([first, ...rest]): LoggedWindow => {
    const scores = [first!, ...rest].map(({ body }) => Candidate.parse(JSON.parse(body)).score);
    const { label, feedback } = first!;
    return { home, label, policy: ALERTS, score: Math.max(...scores), propensity: 1, feedback };
  });
  return [
    ...alerts,
    ...samples.map(({ label, policy, score, propensity, feedback }) => ({
      home,
      label,
      policy,
      score,
      propensity,
      feedback,
    })),
  ];
}
